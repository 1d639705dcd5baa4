<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title">
  <xsl:call-template name="t"><xsl:with-param name="id" select="'suggest.title'"/></xsl:call-template>
</xsl:template>

<xsl:template match="page" mode="head"><script src="{$static}loket.js" defer="defer"></script></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'suggest.title'"/></xsl:call-template></h1></div>
    <xsl:call-template name="search-form"><xsl:with-param name="query" select="@query"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="suggestions/ref">
        <ul class="section"><xsl:for-each select="suggestions/ref"><li><a href="{@href}"><xsl:value-of select="@title"/></a></li></xsl:for-each></ul>
      </xsl:when>
      <xsl:otherwise><p class="section"><xsl:call-template name="t"><xsl:with-param name="id" select="'suggest.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </div>
</xsl:template>
</xsl:stylesheet>
