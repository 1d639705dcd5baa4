<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title">
  <xsl:choose>
    <xsl:when test="@query = ''"><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title.query'"/><xsl:with-param name="a" select="@query"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="page" mode="head"><script src="{$static}loket.js" defer="defer"></script></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'search.title'"/></xsl:call-template></h1></div>
    <xsl:call-template name="search-form"><xsl:with-param name="query" select="@query"/></xsl:call-template>
    <div class="section"><xsl:call-template name="missing"/></div>
    <xsl:choose>
      <xsl:when test="@count &gt; 0">
        <h2 id="found"><xsl:call-template name="counted"><xsl:with-param name="id" select="'search.found'"/><xsl:with-param name="n" select="@count"/></xsl:call-template></h2>
        <xsl:apply-templates select="notes[note[@reason != 'part']]"/>
        <div class="panel"><ol class="services">
          <xsl:for-each select="results/ref">
            <li>
              <xsl:call-template name="slot"/>
              <xsl:if test="@met_in"><p class="small muted"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('search.met-in.', @met_in)"/></xsl:call-template></p></xsl:if>
            </li>
          </xsl:for-each>
        </ol></div>
      </xsl:when>
      <xsl:otherwise>
        <xsl:if test="@query != ''">
          <h2 id="found"><xsl:call-template name="t"><xsl:with-param name="id" select="'search.none'"/><xsl:with-param name="a" select="@query"/></xsl:call-template></h2>
          <p><xsl:call-template name="t"><xsl:with-param name="id" select="'search.none.hint'"/></xsl:call-template></p>
        </xsl:if>
        <xsl:if test="@query != '' and questions/ref">
          <div class="notice">
            <xsl:call-template name="icon"><xsl:with-param name="name" select="'life-buoy'"/></xsl:call-template>
            <div>
              <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'search.ask'"/></xsl:call-template></h3>
              <p><xsl:call-template name="t"><xsl:with-param name="id" select="'search.ask.text'"/></xsl:call-template></p>
              <ul class="plain"><xsl:for-each select="questions/ref"><li><a href="{@href}"><xsl:value-of select="@title"/></a></li></xsl:for-each></ul>
            </div>
          </div>
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

<!-- Why something was found that does not have the word. -->
<xsl:template match="notes">
  <ul class="plain muted">
    <xsl:for-each select="note[@reason != 'part']">
      <li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('search.note.', @reason)"/><xsl:with-param name="a" select="@asked"/><xsl:with-param name="b" select="@read"/></xsl:call-template></li>
    </xsl:for-each>
  </ul>
</xsl:template>
</xsl:stylesheet>
