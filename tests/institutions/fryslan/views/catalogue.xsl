<?xml version="1.0" encoding="UTF-8"?>
<!-- The institution's own look for one hat, without a copy of the product's view. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="base:catalogue.xsl"/>

<xsl:template match="page[hats/hat/@id = 'alumnus']" mode="main">
  <div class="wrap"><p class="notice notice--ok">Welkom terug</p></div>
  <xsl:apply-imports/>
</xsl:template>
</xsl:stylesheet>
