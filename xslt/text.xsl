<?xml version="1.0" encoding="UTF-8"?>
<!-- A page of the institution's own. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:template match="page" mode="title"><xsl:value-of select="content/@title"/></xsl:template>
<xsl:template match="page" mode="main">
  <div class="wrap narrow">
    <div class="pagehead"><h1><xsl:value-of select="content/@title"/></h1></div>
    <xsl:for-each select="content"><div><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@lang"/></xsl:call-template><xsl:apply-templates select="*"/></div></xsl:for-each>
  </div>
</xsl:template>
<xsl:template match="h2"><h2><xsl:apply-templates/></h2></xsl:template>
<xsl:template match="p"><p><xsl:apply-templates/></p></xsl:template>
<xsl:template match="ul"><ul><xsl:apply-templates/></ul></xsl:template>
<xsl:template match="li"><li><xsl:apply-templates/></li></xsl:template>
<xsl:template match="strong"><strong><xsl:apply-templates/></strong></xsl:template>
<xsl:template match="em"><em><xsl:apply-templates/></em></xsl:template>
<xsl:template match="code"><code><xsl:apply-templates/></code></xsl:template>
<xsl:template match="a[starts-with(@href, '/')]"><a href="{$base}{substring(@href, 2)}"><xsl:apply-templates/></a></xsl:template>
<xsl:template match="a"><a href="{@href}"><xsl:apply-templates/></a></xsl:template>
<xsl:template match="text"><xsl:value-of select="."/></xsl:template>
</xsl:stylesheet>
