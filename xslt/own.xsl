<?xml version="1.0" encoding="UTF-8"?>
<!-- The personal piece beside the catalogue: open requests, favourites, what was looked at last. A fragment. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="html" encoding="UTF-8" indent="no"/>

<xsl:template match="/page">
  <xsl:if test="requests/request">
    <section class="panel" aria-labelledby="own-requests">
      <h2 id="own-requests"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.requests'"/></xsl:call-template><xsl:text> </xsl:text><span class="num"><xsl:value-of select="@open"/></span></h2>
      <xsl:for-each select="requests/request">
        <div class="request"><h3><a href="{@href}"><xsl:value-of select="@title"/></a></h3>
          <p class="meta"><span class="num"><xsl:value-of select="@number"/></span><span><xsl:call-template name="t"><xsl:with-param name="id" select="'request.at-desk'"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template></span></p></div>
      </xsl:for-each>
      <p><a href="{$base}requests"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.all-requests'"/></xsl:call-template></a></p>
    </section>
  </xsl:if>
  <section class="panel" aria-labelledby="own-favourites">
    <h2 id="own-favourites"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.favourites'"/></xsl:call-template></h2>
    <xsl:choose>
      <xsl:when test="favourites/ref"><ul class="plain stack"><xsl:for-each select="favourites/ref"><xsl:call-template name="own-ref"/></xsl:for-each></ul></xsl:when>
      <xsl:otherwise><p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.favourites.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
    <xsl:if test="count(favourites/ref) &gt; 1"><p class="gap"><a href="{$base}me#favourites"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.order'"/></xsl:call-template></a></p></xsl:if>
  </section>
  <xsl:if test="recent/ref">
    <section class="panel" aria-labelledby="own-recent">
      <h2 id="own-recent"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.recent'"/></xsl:call-template></h2>
      <ul class="plain stack"><xsl:for-each select="recent/ref"><xsl:call-template name="own-ref"/></xsl:for-each></ul>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="own-ref"><li><a href="{@href}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></a></li></xsl:template>
</xsl:stylesheet>
