<?xml version="1.0" encoding="UTF-8"?>
<!-- One service: its ways side by side, each headed by the hat; the desk and the promised time. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:include href="form.xsl"/>

<xsl:template match="page" mode="title"><xsl:if test="form/faults/fault"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><xsl:value-of select="service/@title"/></xsl:template>

<xsl:template match="page" mode="main">
  <xsl:apply-templates select="service"/>
</xsl:template>

<xsl:template match="service">
  <div class="wrap">
    <nav class="crumbs">
      <xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'crumbs'"/></xsl:call-template></xsl:attribute>
      <ol>
        <li><a href="{$base}"><xsl:call-template name="t"><xsl:with-param name="id" select="'nav.services'"/></xsl:call-template></a></li>
        <li><a href="{$base}?theme={@theme}"><xsl:value-of select="@theme_label"/></a></li>
        <li><span aria-current="page"><xsl:value-of select="@title"/></span></li>
      </ol>
    </nav>
    <div class="pagehead">
      <h1><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></h1>
      <p><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@summary_lang"/></xsl:call-template><xsl:value-of select="summary"/></p>
      <form class="no-print gap" method="post" action="{@href}/favourite">
        <input type="hidden" name="csrf" value="{/page/frame/@csrf}"/>
        <xsl:choose>
          <xsl:when test="@favourite = 'true'"><input type="hidden" name="do" value="remove"/><button class="button button--second button--small" type="submit"><xsl:call-template name="icon"><xsl:with-param name="name" select="'star'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'favourite.remove'"/></xsl:call-template></button></xsl:when>
          <xsl:otherwise><input type="hidden" name="do" value="add"/><button class="button button--second button--small" type="submit"><xsl:call-template name="icon"><xsl:with-param name="name" select="'star'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'favourite.add'"/></xsl:call-template></button></xsl:otherwise>
        </xsl:choose>
      </form>
    </div>
    <xsl:call-template name="missing"/>
    <div class="columns">
      <div>
        <xsl:call-template name="closed-notice"/>
        <xsl:call-template name="elsewhere-notice"/>
        <xsl:choose>
          <xsl:when test="@several = 'true'">
            <h2 id="ways"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.ways'"/></xsl:call-template></h2>
            <div class="ways"><xsl:for-each select="variants/variant"><xsl:call-template name="way"><xsl:with-param name="number" select="position()"/></xsl:call-template></xsl:for-each></div>
          </xsl:when>
          <xsl:otherwise><xsl:for-each select="variants/variant"><xsl:call-template name="only-way"/></xsl:for-each></xsl:otherwise>
        </xsl:choose>
        <xsl:call-template name="why"/>
        <xsl:call-template name="request-form"/>
      </div>
      <aside class="stack">
        <xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.about'"/></xsl:call-template></xsl:attribute>
        <xsl:call-template name="in-short"/>
        <xsl:for-each select="variants/variant[not(@desk = preceding-sibling::variant/@desk)]/counter"><xsl:call-template name="counter"/></xsl:for-each>
        <xsl:if test="/page/related/ref">
          <section class="panel" aria-labelledby="related"><h2 id="related"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.related'"/></xsl:call-template></h2>
            <ul class="plain stack"><xsl:for-each select="/page/related/ref"><li><a href="{@href}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></a></li></xsl:for-each></ul></section>
        </xsl:if>
      </aside>
    </div>
  </div>
</xsl:template>

<xsl:template name="elsewhere-notice">
  <xsl:if test="@usable = 'false'">
    <div class="notice notice--warn"><xsl:call-template name="icon"><xsl:with-param name="name" select="'triangle-alert'"/></xsl:call-template>
      <div><h2><xsl:call-template name="t"><xsl:with-param name="id" select="'elsewhere.title'"/></xsl:call-template></h2>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'elsewhere.text'"/></xsl:call-template><xsl:text> </xsl:text><a href="{$base}me#accounts"><xsl:call-template name="t"><xsl:with-param name="id" select="'elsewhere.accounts'"/></xsl:call-template></a></p></div>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="closed-notice">
  <xsl:if test="@state = 'closed'">
    <div class="notice notice--warn"><xsl:call-template name="icon"><xsl:with-param name="name" select="'clock'"/></xsl:call-template>
      <div><h2><xsl:call-template name="t"><xsl:with-param name="id" select="'closed.title'"/></xsl:call-template></h2>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'closed.until'"/><xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@opens"/></xsl:call-template></xsl:with-param></xsl:call-template></p></div>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="way-text">
  <xsl:choose>
    <xsl:when test="text"><p><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@text_lang"/></xsl:call-template><xsl:value-of select="text"/></p></xsl:when>
    <xsl:when test="../../@several = 'true'"><p><xsl:value-of select="../../summary"/></p></xsl:when>
  </xsl:choose>
</xsl:template>

<!-- What is closed is not offered: the notice says from when. -->
<xsl:template name="way-link">
  <xsl:if test="@link and not(../../@state = 'closed') and not(../../@usable = 'false')">
    <p><a class="button" href="{@link}"><xsl:call-template name="icon"><xsl:with-param name="name" select="'external-link'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'service.open'"/></xsl:call-template><span class="vh"><xsl:text>: </xsl:text><xsl:value-of select="../../@title"/><xsl:if test="../../@several = 'true'"><xsl:text>, </xsl:text><xsl:for-each select="hats/hat"><xsl:value-of select="@label"/><xsl:if test="position() != last()"><xsl:text>, </xsl:text></xsl:if></xsl:for-each></xsl:if></span></a></p>
  </xsl:if>
</xsl:template>

<xsl:template name="way">
  <xsl:param name="number"/>
  <section class="panel" id="way-{$number}" aria-labelledby="way-{$number}-title">
    <h3 id="way-{$number}-title"><span class="vh"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.as'"/></xsl:call-template><xsl:text> </xsl:text></span><span class="badges"><xsl:for-each select="hats/hat"><xsl:call-template name="badge"/></xsl:for-each></span></h3>
    <xsl:call-template name="way-text"/>
    <p class="muted"><xsl:value-of select="@desk_name"/>: <xsl:call-template name="promise"><xsl:with-param name="days" select="@promise"/></xsl:call-template></p>
    <xsl:call-template name="way-link"/>
  </section>
</xsl:template>

<xsl:template name="only-way">
  <xsl:if test="text or @link and not(../../@state = 'closed') and not(../../@usable = 'false')">
    <section class="panel" id="way-1" aria-labelledby="way-1-title">
      <h2 id="way-1-title"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.how'"/></xsl:call-template></h2>
      <xsl:call-template name="way-text"/>
      <xsl:call-template name="way-link"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="in-short">
  <section class="panel" aria-labelledby="short">
    <h2 id="short"><xsl:call-template name="t"><xsl:with-param name="id" select="'service.short'"/></xsl:call-template></h2>
    <dl class="facts">
      <xsl:if test="/page/@one_hat != 'true' and hats/hat">
        <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'service.for'"/></xsl:call-template></dt><dd><xsl:call-template name="badges"/></dd></div>
      </xsl:if>
      <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'service.desk'"/></xsl:call-template></dt>
        <dd><xsl:for-each select="variants/variant[not(@desk = preceding-sibling::variant/@desk)]"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:value-of select="@desk_name"/></xsl:for-each></dd></div>
      <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'service.time'"/></xsl:call-template></dt>
        <dd><xsl:for-each select="variants/variant[not(@promise = preceding-sibling::variant/@promise)]"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:call-template name="promise"><xsl:with-param name="days" select="@promise"/></xsl:call-template></xsl:for-each></dd></div>
      <xsl:if test="windows/window">
        <div><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'service.open-when'"/></xsl:call-template></dt>
          <dd><xsl:for-each select="windows/window"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:call-template name="t">
            <xsl:with-param name="id" select="'window'"/>
            <xsl:with-param name="a"><xsl:call-template name="month-day"><xsl:with-param name="md" select="@from"/></xsl:call-template></xsl:with-param>
            <xsl:with-param name="b"><xsl:call-template name="month-day"><xsl:with-param name="md" select="@to"/></xsl:call-template></xsl:with-param>
          </xsl:call-template></xsl:for-each></dd></div>
      </xsl:if>
    </dl>
  </section>
</xsl:template>

<xsl:template name="counter">
  <section class="panel" aria-labelledby="desk-{@id}">
    <h2 id="desk-{@id}"><xsl:value-of select="@name"/></h2>
    <p><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@does_lang"/></xsl:call-template><xsl:value-of select="does"/></p>
    <xsl:call-template name="reach"/>
  </section>
</xsl:template>
</xsl:stylesheet>
