<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:include href="password.xsl"/>

<xsl:template match="page" mode="title">
  <xsl:if test="$bad"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
  <xsl:call-template name="t"><xsl:with-param name="id" select="'login.title'"/></xsl:call-template>
</xsl:template>
<xsl:template match="page" mode="body-class"><xsl:attribute name="class">login</xsl:attribute></xsl:template>
<xsl:template match="page" mode="head"><script src="{$static}loket.js" defer="defer"></script></xsl:template>

<xsl:template match="page" mode="main">
  <div class="sheet"><div class="panel">
    <xsl:call-template name="password-errors"/>
    <xsl:if test="@state = 'signed-out'">
      <div class="notice notice--ok" role="status"><xsl:call-template name="icon"><xsl:with-param name="name" select="'check'"/></xsl:call-template><div><p><xsl:call-template name="t"><xsl:with-param name="id" select="'login.signed-out'"/></xsl:call-template></p><xsl:if test="external/@sign_out"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external.still'"/></xsl:call-template><xsl:text> </xsl:text><a href="{external/@sign_out}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external.sign-out'"/></xsl:call-template></a></p></xsl:if></div></div>
    </xsl:if>
    <h1><xsl:call-template name="t"><xsl:with-param name="id" select="'login.heading'"/><xsl:with-param name="a" select="frame/@portal"/></xsl:call-template></h1>
    <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.lead'"/></xsl:call-template></p>
    <xsl:apply-templates select="external"/>
    <xsl:if test="@passwords = 'true'"><xsl:call-template name="password-form"><xsl:with-param name="action" select="concat($base, 'login')"/></xsl:call-template></xsl:if>
    <hr/>
    <ul class="plain stack">
      <xsl:if test="help/@password"><li><a href="{help/@password}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.forgotten'"/></xsl:call-template></a></li></xsl:if>
      <xsl:if test="help/@activate"><li><a href="{help/@activate}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.activate'"/></xsl:call-template></a></li></xsl:if>
      <li><a href="{help/@public}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.public'"/></xsl:call-template></a></li>
      <xsl:if test="help/@phone"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'login.call'"/></xsl:call-template><xsl:text> </xsl:text><a href="tel:{translate(help/@phone, ' ()-', '')}"><span class="num"><xsl:value-of select="help/@phone"/></span></a></li></xsl:if>
    </ul>
  </div></div>
</xsl:template>

<!-- Signing in elsewhere comes first where there is such a way: one account, one password, typed in one place. -->
<xsl:template match="external">
  <p class="gap"><a class="button" href="{@href}"><xsl:choose>
    <xsl:when test="label"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external.with'"/><xsl:with-param name="a" select="label"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose></a></p>
  <xsl:if test="../@passwords = 'true'"><h2 class="gap"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.or'"/></xsl:call-template></h2></xsl:if>
</xsl:template>

</xsl:stylesheet>
