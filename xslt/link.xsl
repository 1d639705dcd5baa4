<?xml version="1.0" encoding="UTF-8"?>
<!-- Somebody signs in to a second account of theirs, to have both here as one person. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:include href="password.xsl"/>

<xsl:template match="page" mode="title">
  <xsl:if test="$bad"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
  <xsl:call-template name="t"><xsl:with-param name="id" select="'link.title'"/></xsl:call-template>
</xsl:template>
<xsl:template match="page" mode="head"><script src="{$static}loket.js" defer="defer"></script></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'link.title'"/></xsl:call-template></h1>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'link.lead'"/><xsl:with-param name="a" select="person/@uid"/></xsl:call-template></p></div>
    <div class="panel narrow">
      <xsl:call-template name="password-errors"/>
      <xsl:call-template name="password-form"><xsl:with-param name="action" select="concat($base, 'login/link')"/><xsl:with-param name="button" select="'link.button'"/></xsl:call-template>
    </div>
    <p class="gap"><a href="{$base}me"><xsl:call-template name="t"><xsl:with-param name="id" select="'link.back'"/></xsl:call-template></a></p>
  </div>
</xsl:template>
</xsl:stylesheet>
