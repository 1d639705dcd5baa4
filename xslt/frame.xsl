<?xml version="1.0" encoding="UTF-8"?>
<!-- The page around every page. A view imports this and gives modes title, main and (perhaps) body-class. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat" indent="no"/>

<xsl:template match="/page">
  <html lang="{@lang}">
    <xsl:if test="frame/@theme != 'system'"><xsl:attribute name="data-theme"><xsl:value-of select="frame/@theme"/></xsl:attribute></xsl:if>
    <head>
      <title><xsl:apply-templates select="." mode="title"/> – <xsl:value-of select="frame/@portal"/>, <xsl:value-of select="frame/@org"/></title>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <link rel="stylesheet" href="{$static}loket.css"/>
      <xsl:apply-templates select="." mode="style"/>
      <link rel="icon" href="{$static}icon.svg" type="image/svg+xml"/>
      <link rel="search" type="application/opensearchdescription+xml" href="{$base}opensearch.xml" title="{frame/@portal}"/>
      <xsl:apply-templates select="." mode="head"/>
    </head>
    <body>
      <xsl:apply-templates select="." mode="body-class"/>
      <a class="skip" href="#main"><xsl:call-template name="t"><xsl:with-param name="id" select="'skip'"/></xsl:call-template></a>
      <header>
        <div class="top"><div class="wrap">
          <a class="brand" href="{$base}">
            <svg class="brand__mark" viewBox="0 0 36 40" aria-hidden="true" focusable="false"><path d="M3 38V18a15 15 0 0 1 30 0v20" fill="none" stroke="currentColor" stroke-width="3.5"/><path d="M10 27V19a8 8 0 0 1 16 0v8" fill="none" stroke="#ffcf4a" stroke-width="3.5"/><path d="M0 28.5h36" stroke="currentColor" stroke-width="4.5"/></svg>
            <span><span class="brand__name"><xsl:value-of select="frame/@portal"/></span><span class="brand__org"><xsl:value-of select="frame/@org"/></span></span>
          </a>
          <div class="tools">
            <xsl:for-each select="frame/languages/language[@current != 'true']">
              <a href="{@href}" lang="{@tag}" hreflang="{@tag}">
                <xsl:call-template name="icon"><xsl:with-param name="name" select="'globe'"/></xsl:call-template>
                <xsl:value-of select="document(concat('texts/', @tag, '.xml'))/texts/@name"/>
              </a>
            </xsl:for-each>
            <xsl:if test="frame/user">
              <span>
                <xsl:call-template name="icon"><xsl:with-param name="name" select="'user'"/></xsl:call-template>
                <span class="vh"><xsl:call-template name="t"><xsl:with-param name="id" select="'signed-in-as'"/></xsl:call-template><xsl:text> </xsl:text></span>
                <xsl:value-of select="frame/user/@name"/>
              </span>
              <form method="post" action="{$base}logout">
                <input type="hidden" name="csrf" value="{frame/@csrf}"/>
                <button class="linkbutton" type="submit">
                  <xsl:call-template name="icon"><xsl:with-param name="name" select="'log-out'"/></xsl:call-template>
                  <xsl:call-template name="t"><xsl:with-param name="id" select="'sign-out'"/></xsl:call-template>
                </button>
              </form>
            </xsl:if>
          </div>
        </div></div>
        <xsl:if test="frame/user">
          <div class="nav">
            <nav class="wrap">
              <xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'nav'"/></xsl:call-template></xsl:attribute>
              <ul>
                <li><a href="{$base}"><xsl:if test="@kind = 'catalogue'"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'nav.services'"/></xsl:call-template></a></li>
                <li><a href="{$base}requests"><xsl:if test="@kind = 'requests' or @kind = 'request'"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></a></li>
                <li><a href="{$base}me"><xsl:if test="@kind = 'me'"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'nav.me'"/></xsl:call-template></a></li>
              </ul>
            </nav>
          </div>
        </xsl:if>
      </header>
      <main id="main" tabindex="-1"><xsl:apply-templates select="." mode="main"/></main>
      <footer class="foot"><div class="wrap">
        <ul class="plain">
          <li><a href="{$base}public"><xsl:call-template name="t"><xsl:with-param name="id" select="'foot.public'"/></xsl:call-template></a></li>
          <li><a href="{$base}accessibility"><xsl:call-template name="t"><xsl:with-param name="id" select="'foot.accessibility'"/></xsl:call-template></a></li>
          <li><a href="{$base}privacy"><xsl:call-template name="t"><xsl:with-param name="id" select="'foot.privacy'"/></xsl:call-template></a></li>
        </ul>
        <form class="foot__theme" method="post" action="{$base}theme">
          <input type="hidden" name="return" value="{frame/@here}"/>
          <fieldset>
            <legend><xsl:call-template name="t"><xsl:with-param name="id" select="'theme'"/></xsl:call-template></legend>
            <button class="linkbutton" type="submit" name="theme" value="system"><xsl:call-template name="t"><xsl:with-param name="id" select="'theme.system'"/></xsl:call-template></button>
            <button class="linkbutton" type="submit" name="theme" value="light"><xsl:call-template name="t"><xsl:with-param name="id" select="'theme.light'"/></xsl:call-template></button>
            <button class="linkbutton" type="submit" name="theme" value="dark"><xsl:call-template name="t"><xsl:with-param name="id" select="'theme.dark'"/></xsl:call-template></button>
          </fieldset>
        </form>
      </div></footer>
    </body>
  </html>
</xsl:template>

<xsl:template match="page" mode="head"/>
<!-- For a style sheet of the institution's own, after ours. -->
<xsl:template match="page" mode="style"/>
<xsl:template match="page" mode="body-class"/>

<!-- Search form. -->
<xsl:template name="search-form">
  <xsl:param name="query"/>
  <form role="search" action="{$base}search" method="get">
    <label class="search__label" for="q"><xsl:call-template name="t"><xsl:with-param name="id" select="'search.label'"/></xsl:call-template></label>
    <div class="search">
      <input id="q" name="q" type="search" autocomplete="off" maxlength="200" value="{$query}" data-suggest="{$base}search/suggest"/>
      <button class="button" type="submit"><xsl:call-template name="icon"><xsl:with-param name="name" select="'search'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'search.button'"/></xsl:call-template></button>
    </div>
  </form>
</xsl:template>

</xsl:stylesheet>
