<?xml version="1.0" encoding="UTF-8"?>
<!-- Shared by the pages that ask for a password: what went wrong, and the form. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:variable name="wrong" select="/page/@state = 'wrong'"/>
<xsl:variable name="bad" select="$wrong or /page/@state = 'must-change' or /page/@state = 'wait' or /page/@state = 'unreachable' or /page/@state = 'same' or starts-with(/page/@state, 'external-')"/>

<xsl:template name="password-errors">
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
</xsl:template>

<!-- Name and password, to this address. -->
<xsl:template name="password-form">
  <xsl:param name="action"/>
  <xsl:param name="button" select="'login.button'"/>
    <form method="post" action="{$action}" novalidate="novalidate">
      <input type="hidden" name="csrf" value="{frame/@csrf}"/>
      <xsl:if test="@return"><input type="hidden" name="return" value="{@return}"/></xsl:if>
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
      <div class="actions"><button class="button" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="$button"/></xsl:call-template></button></div>
    </form>
</xsl:template>
</xsl:stylesheet>
