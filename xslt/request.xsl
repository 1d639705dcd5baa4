<?xml version="1.0" encoding="UTF-8"?>
<!-- One request: sent, where it is, what was filled in. Prints on one sheet. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'request.title'"/><xsl:with-param name="a" select="request/@number"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap narrow">
    <nav class="crumbs"><xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'crumbs'"/></xsl:call-template></xsl:attribute><ol><li><a href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'nav.services'"/></xsl:call-template></a></li><li><a href="{$base}requests"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></a></li><li><span aria-current="page" class="num"><xsl:value-of select="request/@number"/></span></li></ol></nav>
    <xsl:for-each select="request">
      <xsl:choose>
        <xsl:when test="@fresh = 'true'"><div class="confirm" role="status"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'request.sent'"/></xsl:call-template></h1><p><xsl:call-template name="t"><xsl:with-param name="id" select="'request.number'"/></xsl:call-template><xsl:text> </xsl:text><strong class="ref num"><xsl:value-of select="@number"/></strong></p></div></xsl:when>
        <xsl:otherwise><div class="pagehead"><h1><xsl:value-of select="@title"/></h1><p class="service__row"><span><xsl:call-template name="t"><xsl:with-param name="id" select="'request.number'"/></xsl:call-template><xsl:text> </xsl:text><strong class="num"><xsl:value-of select="@number"/></strong></span><xsl:call-template name="request-state"/></p></div></xsl:otherwise>
      </xsl:choose>
      <h2><xsl:call-template name="t"><xsl:with-param name="id" select="concat('request.history.', @state)"/></xsl:call-template></h2>
      <ol class="timeline">
        <xsl:for-each select="history/event"><li class="is-done"><h3><xsl:call-template name="t"><xsl:with-param name="id" select="concat('event.', @kind)"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template></h3><p><xsl:call-template name="moment"><xsl:with-param name="iso" select="@at"/></xsl:call-template></p></li></xsl:for-each>
        <xsl:if test="@state = 'open'"><li class="is-todo"><h3><xsl:call-template name="t"><xsl:with-param name="id" select="'request.next'"/></xsl:call-template></h3><p><xsl:call-template name="counted"><xsl:with-param name="id" select="'promise.sentence'"/><xsl:with-param name="n" select="@promise"/></xsl:call-template></p></li></xsl:if>
      </ol>
      <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'request.filled'"/></xsl:call-template></h2>
      <div class="panel"><dl class="facts facts--wide">
        <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'request.service'"/></xsl:call-template></dt><dd><a href="{$base}services/{@service}"><xsl:value-of select="@title"/></a></dd></div>
        <xsl:if test="@hat_label"><div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'request.hat'"/></xsl:call-template></dt><dd><xsl:value-of select="@hat_label"/></dd></div></xsl:if>
        <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'service.desk'"/></xsl:call-template></dt><dd><xsl:value-of select="@desk_name"/></dd></div>
        <xsl:for-each select="fields/field"><div><dt><xsl:value-of select="@label"/></dt><dd class="typed"><xsl:value-of select="value"/></dd></div></xsl:for-each>
        <xsl:if test="text != ''"><div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'request.text'"/></xsl:call-template></dt><dd class="typed"><xsl:value-of select="text"/></dd></div></xsl:if>
      </dl></div>
      <xsl:for-each select="counter">
        <section class="panel" aria-labelledby="desk"><h2 id="desk"><xsl:call-template name="t"><xsl:with-param name="id" select="'request.reach'"/><xsl:with-param name="a" select="@name"/></xsl:call-template></h2><xsl:call-template name="reach"/></section>
      </xsl:for-each>
    </xsl:for-each>
    <div class="actions section"><a class="button" href="{$base}requests"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></a><a class="button button--second" href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'request.back'"/></xsl:call-template></a></div>
  </div>
</xsl:template>
</xsl:stylesheet>
