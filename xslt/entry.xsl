<?xml version="1.0" encoding="UTF-8"?>
<!-- One service in a list, as seen under one set of hats and ways. A fragment: what stands inside the <li>. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="parts.xsl"/>
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:template match="/page"><xsl:for-each select="service"><xsl:call-template name="entry"/></xsl:for-each></xsl:template>
</xsl:stylesheet>
