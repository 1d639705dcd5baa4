<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:variable name="kind">
  <xsl:choose>
    <xsl:when test="/page/@status = 404">404</xsl:when>
    <xsl:when test="/page/@status = 403">403</xsl:when>
    <xsl:when test="/page/@status = 429">429</xsl:when>
    <xsl:when test="/page/@status = 503">503</xsl:when>
    <xsl:when test="/page/@status = 413 or /page/@status = 414">413</xsl:when>
    <xsl:when test="/page/@status &gt;= 500">500</xsl:when>
    <xsl:otherwise>400</xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('error.', $kind, '.title')"/></xsl:call-template></xsl:template>
<xsl:template match="page" mode="main">
  <div class="wrap narrow">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="concat('error.', $kind, '.title')"/></xsl:call-template></h1>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('error.', $kind, '.text')"/></xsl:call-template></p></div>
    <p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('error.', $kind, '.do')"/></xsl:call-template></p>
    <ul class="plain stack">
      <li><a href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.home'"/></xsl:call-template></a></li>
      <li><a href="{help/@public}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.public'"/></xsl:call-template></a></li>
      <xsl:if test="help/@phone"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'login.call'"/></xsl:call-template><xsl:text> </xsl:text><a href="tel:{translate(help/@phone, ' ()-', '')}"><span class="num"><xsl:value-of select="help/@phone"/></span></a></li></xsl:if>
    </ul>
    <p class="muted gap"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.number'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="@number"/></code></p>
  </div>
</xsl:template>
</xsl:stylesheet>
