<?xml version="1.0" encoding="UTF-8"?>
<!-- What a person asked of the desks: open first. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <nav class="crumbs"><xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'crumbs'"/></xsl:call-template></xsl:attribute><ol><li><a href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'nav.services'"/></xsl:call-template></a></li><li><span aria-current="page"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></span></li></ol></nav>
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.title'"/></xsl:call-template></h1></div>
    <div class="columns">
      <div>
        <xsl:if test="not(requests/request)"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.none'"/></xsl:call-template></p></xsl:if>
        <xsl:if test="requests/request[@state = 'open']">
          <section aria-labelledby="open"><h2 id="open"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.open'"/></xsl:call-template><xsl:text> </xsl:text><span class="num"><xsl:value-of select="count(requests/request[@state = 'open'])"/></span></h2>
            <xsl:for-each select="requests/request[@state = 'open']"><xsl:call-template name="request-line"/></xsl:for-each></section>
        </xsl:if>
        <xsl:if test="requests/request[@state = 'closed']">
          <section class="section" aria-labelledby="closed"><h2 id="closed"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.closed'"/></xsl:call-template><xsl:text> </xsl:text><span class="num"><xsl:value-of select="count(requests/request[@state = 'closed'])"/></span></h2>
            <xsl:for-each select="requests/request[@state = 'closed']"><xsl:call-template name="request-line"/></xsl:for-each></section>
        </xsl:if>
      </div>
      <aside><xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.help'"/></xsl:call-template></xsl:attribute>
        <section class="panel" aria-labelledby="urgent"><h2 id="urgent"><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.urgent'"/></xsl:call-template></h2><p><xsl:call-template name="t"><xsl:with-param name="id" select="'requests.urgent.text'"/></xsl:call-template></p>
          <xsl:if test="help/@phone"><p><xsl:call-template name="icon"><xsl:with-param name="name" select="'phone'"/></xsl:call-template><xsl:text> </xsl:text><a href="tel:{translate(help/@phone, ' ()-', '')}"><span class="num"><xsl:value-of select="help/@phone"/></span></a></p></xsl:if></section>
      </aside>
    </div>
  </div>
</xsl:template>

<xsl:template name="request-line">
  <article class="panel" aria-labelledby="r-{@number}">
    <div class="service__row"><h3 id="r-{@number}"><a href="{@href}"><xsl:value-of select="@title"/></a></h3><xsl:call-template name="request-state"/></div>
    <p class="meta"><span class="num"><xsl:value-of select="@number"/></span><xsl:if test="@hat_label"><span><xsl:call-template name="t"><xsl:with-param name="id" select="'request.as'"/><xsl:with-param name="a" select="@hat_label"/></xsl:call-template></span></xsl:if><span><xsl:call-template name="t"><xsl:with-param name="id" select="'request.at-desk'"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template></span><span><xsl:call-template name="moment"><xsl:with-param name="iso" select="@at"/></xsl:call-template></span></p>
  </article>
</xsl:template>
</xsl:stylesheet>
