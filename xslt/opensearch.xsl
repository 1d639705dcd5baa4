<?xml version="1.0" encoding="UTF-8"?>
<!-- How a browser searches here from its address bar (OpenSearch 1.1). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="xml" encoding="UTF-8" indent="no"/>

<xsl:template match="/page">
  <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
    <ShortName><xsl:value-of select="substring(frame/@portal, 1, 16)"/></ShortName>
    <Description><xsl:call-template name="t"><xsl:with-param name="id" select="'opensearch'"/><xsl:with-param name="a" select="frame/@portal"/><xsl:with-param name="b" select="frame/@org"/></xsl:call-template></Description>
    <InputEncoding>UTF-8</InputEncoding>
    <Language><xsl:value-of select="@lang"/></Language>
    <Url type="text/html" method="get" template="{@origin}{$base}search?q={{searchTerms}}"/>
    <Url type="application/json" method="get" template="{@origin}{$base}search?q={{searchTerms}}"/>
    <Image type="image/svg+xml"><xsl:value-of select="concat(@origin, $static, 'icon.svg')"/></Image>
  </OpenSearchDescription>
</xsl:template>
</xsl:stylesheet>
