<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:variable name="wrong" select="/page/@state = 'wrong'"/>
<xsl:variable name="bad" select="$wrong or /page/@state = 'must-change' or /page/@state = 'wait' or /page/@state = 'unreachable' or starts-with(/page/@state, 'external-')"/>

<xsl:template match="page" mode="title">
  <xsl:if test="$bad"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
  <xsl:call-template name="t"><xsl:with-param name="id" select="'login.title'"/></xsl:call-template>
</xsl:template>
<xsl:template match="page" mode="body-class"><xsl:attribute name="class">login</xsl:attribute></xsl:template>
<xsl:template match="page" mode="head"><script src="{$static}loket.js" defer="defer"></script></xsl:template>

<xsl:template match="page" mode="main">
  <div class="sheet"><div class="panel">
    <xsl:if test="$bad">
      <div class="summary-error" role="alert" tabindex="-1" id="errors">
        <h2><xsl:call-template name="t"><xsl:with-param name="id" select="concat('login.', @state, '.title')"/></xsl:call-template></h2>
        <xsl:choose>
          <xsl:when test="$wrong"><ul><li><a href="#password"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.wrong.link'"/></xsl:call-template></a></li></ul></xsl:when>
          <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('login.', @state, '.text')"/><xsl:with-param name="a" select="@wait"/></xsl:call-template></p></xsl:otherwise>
        </xsl:choose>
        <xsl:if test="@number"><p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.number'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="@number"/></code></p></xsl:if>
      </div>
    </xsl:if>
    <xsl:if test="@state = 'signed-out'">
      <div class="notice notice--ok" role="status"><xsl:call-template name="icon"><xsl:with-param name="name" select="'check'"/></xsl:call-template><div><p><xsl:call-template name="t"><xsl:with-param name="id" select="'login.signed-out'"/></xsl:call-template></p><xsl:if test="external/@sign_out"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external.still'"/></xsl:call-template><xsl:text> </xsl:text><a href="{external/@sign_out}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.external.sign-out'"/></xsl:call-template></a></p></xsl:if></div></div>
    </xsl:if>
    <h1><xsl:call-template name="t"><xsl:with-param name="id" select="'login.heading'"/><xsl:with-param name="a" select="frame/@portal"/></xsl:call-template></h1>
    <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.lead'"/></xsl:call-template></p>
    <xsl:apply-templates select="external"/>
    <xsl:if test="@passwords = 'true'"><xsl:call-template name="passwords"/></xsl:if>
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
  <xsl:if test="../@passwords = 'true'"><h2><xsl:call-template name="t"><xsl:with-param name="id" select="'login.or'"/></xsl:call-template></h2></xsl:if>
</xsl:template>

<xsl:template name="passwords">
    <form method="post" action="{$base}login" novalidate="novalidate">
      <input type="hidden" name="csrf" value="{frame/@csrf}"/>
      <input type="hidden" name="return" value="{@return}"/>
      <div class="field">
        <label for="username"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.username'"/></xsl:call-template></label>
        <span class="hint" id="username-hint"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.username.hint'"/></xsl:call-template></span>
        <input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required="required" aria-describedby="username-hint" maxlength="256" value="{@username}"/>
      </div>
      <div class="field">
        <xsl:if test="$wrong"><xsl:attribute name="class">field field--error</xsl:attribute></xsl:if>
        <label for="password"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.password'"/></xsl:call-template></label>
        <xsl:if test="$wrong">
          <span class="error" id="password-error"><xsl:call-template name="icon"><xsl:with-param name="name" select="'circle-alert'"/></xsl:call-template><xsl:text> </xsl:text><span class="vh"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></span><xsl:call-template name="t"><xsl:with-param name="id" select="'login.wrong.field'"/></xsl:call-template></span>
        </xsl:if>
        <div class="password">
          <input id="password" name="password" type="password" autocomplete="current-password" spellcheck="false" required="required">
            <xsl:if test="$wrong"><xsl:attribute name="aria-invalid">true</xsl:attribute><xsl:attribute name="aria-describedby">password-error</xsl:attribute></xsl:if>
          </input>
          <button class="button button--second" type="button" data-toggle-password="password" hidden="hidden">
            <xsl:attribute name="data-show"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.show'"/></xsl:call-template></xsl:attribute>
            <xsl:attribute name="data-hide"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.hide'"/></xsl:call-template></xsl:attribute>
            <span><xsl:call-template name="t"><xsl:with-param name="id" select="'login.show'"/></xsl:call-template></span><span class="vh"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'login.the-password'"/></xsl:call-template></span>
          </button>
        </div>
      </div>
      <div class="actions"><button class="button" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.button'"/></xsl:call-template></button></div>
    </form>
</xsl:template>
</xsl:stylesheet>
