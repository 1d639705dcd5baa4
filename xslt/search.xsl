<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title">
  <xsl:choose>
    <xsl:when test="@query = ''"><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title.query'"/><xsl:with-param name="a" select="@query"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title'"/></xsl:call-template></h1></div>
    <xsl:call-template name="search-form"><xsl:with-param name="query" select="@query"/></xsl:call-template>
    <div class="section"><xsl:call-template name="missing"/></div>
    <xsl:choose>
      <xsl:when test="@count &gt; 0">
        <h2 id="found"><xsl:call-template name="counted"><xsl:with-param name="id" select="'search.found'"/><xsl:with-param name="n" select="@count"/></xsl:call-template></h2>
        <div class="panel"><ol class="services"><xsl:for-each select="results/ref"><li><xsl:call-template name="slot"/></li></xsl:for-each></ol></div>
      </xsl:when>
      <xsl:otherwise>
        <xsl:if test="@query != ''">
          <h2 id="found"><xsl:call-template name="t"><xsl:with-param name="id" select="'search.none'"/><xsl:with-param name="a" select="@query"/></xsl:call-template></h2>
          <p><xsl:call-template name="t"><xsl:with-param name="id" select="'search.none.hint'"/></xsl:call-template></p>
        </xsl:if>
        <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'search.themes'"/></xsl:call-template></h2>
        <ul class="tiles">
          <xsl:for-each select="themes/theme">
            <li class="tile">
              <span class="glyph"><xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template></span>
              <h3><a href="{@href}"><xsl:value-of select="@label"/></a></h3>
              <p class="muted"><xsl:call-template name="counted"><xsl:with-param name="id" select="'services'"/><xsl:with-param name="n" select="@count"/></xsl:call-template></p>
            </li>
          </xsl:for-each>
        </ul>
      </xsl:otherwise>
    </xsl:choose>
    <p class="gap"><a href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'home.back-to-all'"/></xsl:call-template></a></p>
  </div>
</xsl:template>
</xsl:stylesheet>
