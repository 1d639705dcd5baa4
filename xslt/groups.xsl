<?xml version="1.0" encoding="UTF-8"?>
<!-- The groups of a person, as loketctl says them to who helps: lines of text. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:import href="proof.xsl"/>
<xsl:output method="text" encoding="UTF-8"/>

<xsl:template match="/page">
  <xsl:choose>
    <xsl:when test="@person = ''"><xsl:call-template name="t"><xsl:with-param name="id" select="'groups.given'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'groups.of'"/><xsl:with-param name="a" select="concat(@name, ' (', @person, ')')"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
  <xsl:text>&#10;</xsl:text>
  <xsl:for-each select="missing/source"><xsl:call-template name="t"><xsl:with-param name="id" select="'groups.missing'"/><xsl:with-param name="a" select="."/></xsl:call-template><xsl:text>&#10;</xsl:text></xsl:for-each>
  <xsl:for-each select="groups/group">
    <xsl:value-of select="concat('&#10;', @label, ' (', @id, ')')"/>
    <xsl:if test="@hat = 'true'"><xsl:text>, </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'groups.hat'"/></xsl:call-template></xsl:if>
    <xsl:if test="@until"><xsl:text>, </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'until.moment'"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:if>
    <xsl:call-template name="said-lines"/>
    <xsl:text>&#10;</xsl:text>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
