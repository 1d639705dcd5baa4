<?xml version="1.0" encoding="UTF-8"?>
<!-- The notices as an Atom feed (RFC 4287). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="xml" encoding="UTF-8" indent="no"/>

<xsl:template match="/page">
  <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{@lang}">
    <id><xsl:value-of select="concat(@origin, @self)"/></id>
    <title><xsl:call-template name="t"><xsl:with-param name="id" select="'notices.feed'"/><xsl:with-param name="a" select="frame/@portal"/><xsl:with-param name="b" select="frame/@org"/></xsl:call-template></title>
    <updated><xsl:value-of select="@updated"/></updated>
    <link rel="self" type="application/atom+xml" href="{@origin}{@self}"/>
    <link rel="alternate" type="text/html" href="{@origin}{$base}"/>
    <author><name><xsl:value-of select="frame/@org"/></name></author>
    <xsl:for-each select="notices/notice">
      <entry>
        <id><xsl:value-of select="concat(/page/@origin, $base, 'notices/', @id)"/></id>
        <title><xsl:value-of select="title"/></title>
        <published><xsl:value-of select="@from"/></published>
        <updated><xsl:value-of select="@from"/></updated>
        <category term="{@kind}"/>
        <xsl:if test="@href"><link rel="alternate" type="text/html" href="{/page/@origin}{@href}"/></xsl:if>
        <xsl:if test="not(@href)"><link rel="alternate" type="text/html" href="{/page/@origin}{$base}"/></xsl:if>
        <content type="text"><xsl:if test="@text_lang"><xsl:attribute name="xml:lang"><xsl:value-of select="@text_lang"/></xsl:attribute></xsl:if><xsl:value-of select="text"/></content>
      </entry>
    </xsl:for-each>
  </feed>
</xsl:template>
</xsl:stylesheet>
