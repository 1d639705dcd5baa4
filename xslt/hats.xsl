<?xml version="1.0" encoding="UTF-8"?>
<!-- The personal piece: who you are here, with ends. A fragment. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="html" encoding="UTF-8" indent="no"/>

<xsl:template match="/page"><xsl:call-template name="own-hats"/></xsl:template>

<xsl:template name="own-hats">
  <section class="hats" aria-labelledby="hats">
    <h2 id="hats"><xsl:call-template name="t"><xsl:with-param name="id" select="'hats.title'"/></xsl:call-template></h2>
    <ul class="plain">
      <xsl:for-each select="/page/hats/hat">
        <li>
          <xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template>
          <span>
            <strong><xsl:value-of select="@label"/></strong>
            <xsl:if test="@until"><br/><xsl:call-template name="t"><xsl:with-param name="id" select="'until'"/><xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if>
          </span>
        </li>
      </xsl:for-each>
    </ul>
    <p class="small"><xsl:call-template name="t"><xsl:with-param name="id" select="'hats.as-of'"/></xsl:call-template><xsl:text> </xsl:text><time datetime="{@as_of}"><xsl:call-template name="t"><xsl:with-param name="id" select="'time'"/><xsl:with-param name="a" select="@as_of_hour"/><xsl:with-param name="b" select="@as_of_minute"/></xsl:call-template></time></p>
    <p><a href="{$base}me"><xsl:call-template name="t"><xsl:with-param name="id" select="'hats.more'"/></xsl:call-template></a></p>
  </section>
</xsl:template>
</xsl:stylesheet>
