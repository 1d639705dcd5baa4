<?xml version="1.0" encoding="UTF-8"?>
<!-- Why somebody sees a service or does not, as loketctl says it to who helps: lines of text. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:import href="proof.xsl"/>
<xsl:output method="text" encoding="UTF-8"/>

<xsl:template match="/page">
  <xsl:call-template name="t">
    <xsl:with-param name="id"><xsl:choose><xsl:when test="@visible != 'true'">explain.hidden</xsl:when><xsl:when test="@state = 'closed'">explain.closed</xsl:when><xsl:otherwise>explain.seen</xsl:otherwise></xsl:choose></xsl:with-param>
    <xsl:with-param name="a"><xsl:call-template name="who"/></xsl:with-param>
    <xsl:with-param name="b" select="concat('‘', @title, '’ (', @service, ')')"/>
  </xsl:call-template>
  <xsl:text>&#10;</xsl:text>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('explain.reason.', @reason)"/></xsl:call-template>
  <xsl:text>&#10;</xsl:text>
  <xsl:for-each select="missing/source"><xsl:call-template name="t"><xsl:with-param name="id" select="'groups.missing'"/><xsl:with-param name="a" select="."/></xsl:call-template><xsl:text>&#10;</xsl:text></xsl:for-each>
  <xsl:for-each select="proof/part"><xsl:call-template name="part"/></xsl:for-each>
  <xsl:apply-templates select="rule"/>
  <xsl:call-template name="turns"/>
</xsl:template>

<xsl:template name="who">
  <xsl:choose>
    <xsl:when test="@person = ''"><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.somebody'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:value-of select="concat(@name, ' (', @person, ')')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- A group that counted, under which hats, and its proof. -->
<xsl:template name="part">
  <xsl:text>&#10;</xsl:text>
  <xsl:value-of select="concat(@label, ' (', @group, ')')"/>
  <xsl:if test="hats/hat"><xsl:text>, </xsl:text><xsl:call-template name="as-hats"/></xsl:if>
  <xsl:if test="@excludes = 'true'"><xsl:text>, </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.excludes'"/></xsl:call-template></xsl:if>
  <xsl:for-each select="@ended | @until"><xsl:text>, </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'until.moment'"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="."/></xsl:call-template></xsl:for-each>
  <xsl:call-template name="said-lines"/>
  <xsl:text>&#10;</xsl:text>
</xsl:template>

<!-- Context: what has hats. -->
<xsl:template name="as-hats">
  <xsl:call-template name="t"><xsl:with-param name="id" select="'explain.as'"/></xsl:call-template>
  <xsl:for-each select="hats/hat"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:value-of select="concat(' ', @label)"/></xsl:for-each>
</xsl:template>

<xsl:template match="rule">
  <xsl:text>&#10;</xsl:text>
  <xsl:call-template name="t"><xsl:with-param name="id" select="'explain.rule'"/><xsl:with-param name="a" select="../@service"/><xsl:with-param name="b" select="@line"/></xsl:call-template>
  <xsl:text>&#10;  audience any="</xsl:text><xsl:call-template name="ids"><xsl:with-param name="of" select="any/group"/></xsl:call-template><xsl:text>"</xsl:text>
  <xsl:if test="none/group"><xsl:text> none="</xsl:text><xsl:call-template name="ids"><xsl:with-param name="of" select="none/group"/></xsl:call-template><xsl:text>"</xsl:text></xsl:if>
  <xsl:text>&#10;</xsl:text>
  <xsl:for-each select="windows/window">
    <xsl:text>  window </xsl:text>
    <xsl:call-template name="t">
      <xsl:with-param name="id" select="'window'"/>
      <xsl:with-param name="a"><xsl:call-template name="month-day"><xsl:with-param name="md" select="@from"/></xsl:call-template></xsl:with-param>
      <xsl:with-param name="b"><xsl:call-template name="month-day"><xsl:with-param name="md" select="@to"/></xsl:call-template></xsl:with-param>
    </xsl:call-template>
    <xsl:text>&#10;</xsl:text>
  </xsl:for-each>
</xsl:template>

<xsl:template name="ids">
  <xsl:param name="of"/>
  <xsl:for-each select="$of"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each>
</xsl:template>

<xsl:template name="turns">
  <xsl:text>&#10;</xsl:text>
  <xsl:choose>
    <xsl:when test="would_change/turn"><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.turns'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.turns.none'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
  <xsl:text>&#10;</xsl:text>
  <xsl:for-each select="would_change/turn">
    <xsl:text>  - </xsl:text>
    <xsl:for-each select="changes/change"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.and'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><xsl:call-template name="change"/></xsl:for-each>
    <xsl:text>: </xsl:text>
    <xsl:call-template name="t"><xsl:with-param name="id"><xsl:choose><xsl:when test="@visible != 'true'">explain.then.hidden</xsl:when><xsl:when test="@state = 'closed'">explain.then.closed</xsl:when><xsl:otherwise>explain.then.open</xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template>
    <xsl:text>&#10;</xsl:text>
  </xsl:for-each>
</xsl:template>

<xsl:template name="change">
  <xsl:call-template name="t">
    <xsl:with-param name="id" select="concat('explain.', @do)"/>
    <xsl:with-param name="a"><xsl:choose><xsl:when test="@for = 'window'"><xsl:call-template name="date"><xsl:with-param name="iso" select="@at"/></xsl:call-template></xsl:when><xsl:when test="@do = 'wait'"><xsl:call-template name="moment"><xsl:with-param name="iso" select="@at"/></xsl:call-template></xsl:when><xsl:otherwise><xsl:value-of select="concat(@label, ' (', @group, ')')"/></xsl:otherwise></xsl:choose></xsl:with-param>
  </xsl:call-template>
  <xsl:if test="hats/hat"><xsl:text> </xsl:text><xsl:call-template name="as-hats"/></xsl:if>
  <xsl:for-each select="by/way">
    <xsl:choose><xsl:when test="position() = 1"><xsl:text> (</xsl:text></xsl:when><xsl:otherwise><xsl:text>, </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'explain.or'"/></xsl:call-template><xsl:text> </xsl:text></xsl:otherwise></xsl:choose>
    <xsl:choose><xsl:when test="@dn"><xsl:value-of select="@dn"/></xsl:when><xsl:otherwise><xsl:value-of select="concat(@attribute, ' = ', @value)"/></xsl:otherwise></xsl:choose>
    <xsl:if test="position() = last()">)</xsl:if>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
