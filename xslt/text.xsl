<?xml version="1.0" encoding="UTF-8"?>
<!-- A page of the institution's own. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:template match="page" mode="title"><xsl:value-of select="content/@title"/></xsl:template>
<xsl:template match="page" mode="main">
  <div class="wrap narrow">
    <div class="pagehead"><h1><xsl:value-of select="content/@title"/></h1></div>
    <xsl:for-each select="content"><div><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@lang"/></xsl:call-template><xsl:apply-templates select="blocks/block"/></div></xsl:for-each>
  </div>
</xsl:template>
<xsl:template match="block[@kind = 'h2']"><h2><xsl:apply-templates select="runs/run"/></h2></xsl:template>
<xsl:template match="block[@kind = 'p']"><p><xsl:apply-templates select="runs/run"/></p></xsl:template>
<xsl:template match="block[@kind = 'ul']"><ul><xsl:for-each select="items/li"><li><xsl:apply-templates select="runs/run"/></li></xsl:for-each></ul></xsl:template>
<xsl:template match="run"><xsl:value-of select="text"/></xsl:template>
<xsl:template match="run[@kind = 'strong']"><strong><xsl:value-of select="text"/></strong></xsl:template>
<xsl:template match="run[@kind = 'em']"><em><xsl:value-of select="text"/></em></xsl:template>
<xsl:template match="run[@kind = 'code']"><code><xsl:value-of select="text"/></code></xsl:template>
<xsl:template match="run[@kind = 'a']">
  <a href="{@href}"><xsl:if test="starts-with(@href, '/')"><xsl:attribute name="href"><xsl:value-of select="concat($base, substring(@href, 2))"/></xsl:attribute></xsl:if><xsl:value-of select="text"/></a>
</xsl:template>
</xsl:stylesheet>
