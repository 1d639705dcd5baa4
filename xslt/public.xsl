<?xml version="1.0" encoding="UTF-8"?>
<!-- What somebody without a session may see. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'public.title'"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="head">
  <link rel="alternate" type="application/atom+xml" href="{$base}public/notices.atom"><xsl:attribute name="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'notices.feed'"/><xsl:with-param name="a" select="frame/@portal"/><xsl:with-param name="b" select="frame/@org"/></xsl:call-template></xsl:attribute></link>
</xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'public.title'"/></xsl:call-template></h1>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'public.lead'"/></xsl:call-template></p></div>
    <div class="actions section">
      <a class="button" href="{$base}login"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.button'"/></xsl:call-template></a>
      <xsl:if test="help/@password"><a href="#service-{substring-after(help/@password, '/services/')}"><xsl:if test="not(contains(help/@password, '/services/'))"><xsl:attribute name="href"><xsl:value-of select="help/@password"/></xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'login.forgotten'"/></xsl:call-template></a></xsl:if>
      <xsl:if test="help/@activate"><a href="{help/@activate}"><xsl:call-template name="t"><xsl:with-param name="id" select="'login.activate'"/></xsl:call-template></a></xsl:if>
    </div>
    <xsl:call-template name="notices"/>
    <section class="section" aria-labelledby="all">
      <h2 id="all"><xsl:call-template name="t"><xsl:with-param name="id" select="'public.services'"/></xsl:call-template></h2>
      <div class="themes">
        <xsl:for-each select="themes/theme">
          <xsl:variable name="theme" select="@id"/>
          <section class="panel theme" aria-labelledby="theme-{@id}">
            <h3 id="theme-{@id}"><span class="glyph"><xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template></span><xsl:value-of select="@label"/></h3>
            <ul class="services">
              <xsl:for-each select="/page/services/service[@theme = $theme]">
                <li id="service-{@id}">
                  <strong><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></strong>
                  <p class="service__desc"><xsl:value-of select="summary"/></p>
                  <xsl:for-each select="variants/variant[text]"><p class="service__desc"><xsl:value-of select="text"/></p></xsl:for-each>
                  <xsl:call-template name="closed"/>
                  <p class="service__desc">
                    <xsl:if test="@link and not(@state = 'closed')"><a href="{@link}"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.open'"/></xsl:call-template><span class="vh"><xsl:text>: </xsl:text><xsl:value-of select="@title"/></span></a><xsl:text> · </xsl:text></xsl:if>
                    <a href="#desk-{variants/variant[1]/@desk}"><xsl:value-of select="variants/variant[1]/@desk_name"/></a>
                  </p>
                </li>
              </xsl:for-each>
            </ul>
          </section>
        </xsl:for-each>
      </div>
    </section>
    <section class="section" aria-labelledby="desks">
      <h2 id="desks"><xsl:call-template name="t"><xsl:with-param name="id" select="'public.desks'"/></xsl:call-template></h2>
      <div class="ways">
        <xsl:for-each select="desks/desk">
          <section class="panel" aria-labelledby="desk-{@id}">
            <h3 id="desk-{@id}"><xsl:value-of select="@name"/></h3>
            <p><xsl:value-of select="does"/></p>
            <xsl:call-template name="reach"/>
          </section>
        </xsl:for-each>
      </div>
    </section>
  </div>
</xsl:template>
</xsl:stylesheet>
