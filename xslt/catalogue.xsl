<?xml version="1.0" encoding="UTF-8"?>
<!-- The person's catalogue: search first, then top tasks, then themes. Services are slots: their markup is
     kept per service (entry.xsl) and put in by the program. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:variable name="few" select="5"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'home.title'"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="head">
  <link rel="alternate" type="application/atom+xml" href="{$base}notices.atom"><xsl:attribute name="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'notices.feed'"/><xsl:with-param name="a" select="frame/@portal"/><xsl:with-param name="b" select="frame/@org"/></xsl:call-template></xsl:attribute></link>
</xsl:template>

<xsl:template match="page" mode="main">
  <div class="hero"><div class="wrap">
    <div>
      <h1><xsl:call-template name="t"><xsl:with-param name="id" select="'home.heading'"/></xsl:call-template></h1>
      <xsl:call-template name="search-form"/>
    </div>
    <xsl:value-of select="own/@slot"/>
  </div></div>
  <div class="wrap section">
    <xsl:call-template name="missing"/>
    <xsl:call-template name="notices"/>
    <xsl:if test="not(@hat) and not(@theme)">
      <div class="columns">
        <div>
          <xsl:if test="top/ref">
            <section aria-labelledby="top">
              <h2 id="top"><xsl:call-template name="t"><xsl:with-param name="id" select="'home.top'"/></xsl:call-template></h2>
              <ul class="tiles">
                <xsl:for-each select="top/ref">
                  <li class="tile">
                    <span class="glyph"><xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template></span>
                    <h3><a href="{@href}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></a></h3>
                    <p class="muted"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@summary_lang"/></xsl:call-template><xsl:value-of select="summary"/></p>
                    <xsl:if test="@closes"><p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'top.closes'"/><xsl:with-param name="a"><xsl:call-template name="month-day"><xsl:with-param name="md" select="@closes"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
                    <xsl:call-template name="badges"/>
                  </li>
                </xsl:for-each>
              </ul>
            </section>
          </xsl:if>
        </div>
        <aside class="stack"><xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.title'"/></xsl:call-template></xsl:attribute><xsl:value-of select="kept/@slot"/></aside>
      </div>
    </xsl:if>
    <section class="section" aria-labelledby="all">
      <h2 id="all" tabindex="-1">
        <xsl:choose>
          <xsl:when test="@theme"><xsl:call-template name="t"><xsl:with-param name="id" select="'home.one-theme'"/></xsl:call-template></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'home.all'"/></xsl:call-template></xsl:otherwise>
        </xsl:choose>
      </h2>
      <xsl:if test="count(hats/hat) &gt; 1 and not(@theme)">
        <nav class="filter">
          <xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'filter.label'"/></xsl:call-template></xsl:attribute>
          <ul>
            <li><a href="{filters/@href}#all"><xsl:if test="not(@hat)"><xsl:attribute name="aria-current">true</xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'filter.all'"/></xsl:call-template><xsl:text> </xsl:text><span class="num"><xsl:value-of select="filters/@all"/></span></a></li>
            <xsl:for-each select="hats/hat">
              <li><a href="{@href}#all"><xsl:if test="@current = 'true'"><xsl:attribute name="aria-current">true</xsl:attribute></xsl:if><xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template><xsl:value-of select="@label"/><xsl:text> </xsl:text><span class="num"><xsl:value-of select="@count"/></span></a></li>
            </xsl:for-each>
          </ul>
        </nav>
        <xsl:if test="not(@hat) and filters/@shared &gt; 0">
          <p class="muted"><xsl:call-template name="counted"><xsl:with-param name="id" select="'filter.shared'"/><xsl:with-param name="n" select="filters/@shared"/></xsl:call-template></p>
        </xsl:if>
      </xsl:if>
      <xsl:if test="@theme"><p><a href="{filters/@href}#all"><xsl:call-template name="t"><xsl:with-param name="id" select="'home.back-to-all'"/></xsl:call-template></a></p></xsl:if>
      <div class="themes">
        <xsl:for-each select="themes/theme">
          <section class="panel theme" aria-labelledby="theme-{@id}">
            <h3 id="theme-{@id}"><span class="glyph"><xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template></span><xsl:value-of select="@label"/></h3>
            <!-- A long theme shows its first services; the others are one key away, and found by the browser. -->
            <xsl:variable name="shown" select="$few + 100000 * (count(refs/ref) &lt;= $few + 2 or boolean(/page/@theme))"/>
            <ul class="services"><xsl:for-each select="refs/ref[position() &lt;= $shown]"><li id="service-{@id}"><xsl:call-template name="slot"/></li></xsl:for-each></ul>
            <xsl:if test="count(refs/ref) &gt; $shown">
              <details class="more">
                <summary><xsl:call-template name="t"><xsl:with-param name="id" select="'home.more'"/><xsl:with-param name="a" select="count(refs/ref) - $shown"/><xsl:with-param name="b" select="@label"/></xsl:call-template></summary>
                <ul class="services"><xsl:for-each select="refs/ref[position() &gt; $shown]"><li id="service-{@id}"><xsl:call-template name="slot"/></li></xsl:for-each></ul>
              </details>
            </xsl:if>
          </section>
        </xsl:for-each>
      </div>
      <xsl:if test="not(themes/theme)"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'home.nothing'"/></xsl:call-template></p></xsl:if>
    </section>
  </div>
</xsl:template>
</xsl:stylesheet>
