<?xml version="1.0" encoding="UTF-8"?>
<!-- What proves a group, in words: for the person it is about, and for whoever helps them. Imported, never run alone. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<!-- Through which directory groups: each is a part of the next. Context: step. -->
<xsl:template name="through">
  <xsl:for-each select="chain/through">
    <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.part-of'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
    <code><xsl:value-of select="."/></code>
  </xsl:for-each>
</xsl:template>

<!-- To the person: because … . Context: step. -->
<xsl:template name="because">
  <xsl:choose>
    <xsl:when test="@kind = 'attribute'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'because.attribute'"/><xsl:with-param name="a" select="@source"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:text> </xsl:text><code><xsl:value-of select="concat(@attribute, ' = ', @value)"/></code>
    </xsl:when>
    <xsl:when test="@kind = 'ldap-group'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'because.group'"/><xsl:with-param name="a" select="@source"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:text> </xsl:text><xsl:call-template name="through"/>
    </xsl:when>
    <xsl:when test="@kind = 'after'"><xsl:call-template name="t"><xsl:with-param name="id" select="'because.after'"/><xsl:with-param name="a" select="@group_label"/></xsl:call-template></xsl:when>
    <xsl:when test="@group_label"><xsl:call-template name="t"><xsl:with-param name="id" select="'because.parent'"/><xsl:with-param name="a" select="@group_label"/></xsl:call-template></xsl:when>
    <xsl:when test="@whom"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('because.', @whom)"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'because.rule'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
  <xsl:call-template name="doubts"/>
  <xsl:if test="@dn"><xsl:text>, </xsl:text><code><xsl:value-of select="@dn"/></code></xsl:if>
  <xsl:text>.</xsl:text>
</xsl:template>

<!-- Of what a source said a while ago, or without saying through what. Context: step. -->
<xsl:template name="doubts">
  <xsl:if test="@nested"><xsl:text> (</xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.nested'"/></xsl:call-template><xsl:text>)</xsl:text></xsl:if>
  <xsl:if test="@stale"><xsl:text> (</xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.stale'"/></xsl:call-template><xsl:text>)</xsl:text></xsl:if>
</xsl:template>

<!-- To who helps: where it stands, down to the server. Context: step. -->
<xsl:template name="said">
  <xsl:choose>
    <xsl:when test="@kind = 'attribute'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'proof.attribute'"/><xsl:with-param name="a" select="@source_label"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:value-of select="concat(' ', @attribute, ' = ', @value)"/>
    </xsl:when>
    <xsl:when test="@kind = 'ldap-group'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'proof.group'"/><xsl:with-param name="a" select="@source_label"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:text> </xsl:text><xsl:call-template name="through"/>
      <xsl:if test="@attribute"><xsl:value-of select="concat(' (', @attribute, ')')"/></xsl:if>
    </xsl:when>
    <xsl:when test="@kind = 'after'"><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.after'"/><xsl:with-param name="a" select="concat(@group_label, ' (', @group, ')')"/></xsl:call-template></xsl:when>
    <xsl:when test="@group"><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.parent'"/><xsl:with-param name="a" select="concat(@group_label, ' (', @group, ')')"/></xsl:call-template></xsl:when>
    <xsl:when test="@whom"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('proof.', @whom)"/></xsl:call-template></xsl:when>
    <xsl:when test="@kind = 'given'"><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.given'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.rule'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
  <xsl:call-template name="doubts"/>
  <xsl:if test="@server">
    <xsl:text>&#10;    </xsl:text>
    <xsl:if test="@dn"><xsl:value-of select="concat(@dn, ', ')"/></xsl:if>
    <xsl:value-of select="concat(@source, ', ', @server, ', ')"/>
    <xsl:call-template name="t"><xsl:with-param name="id" select="'proof.read'"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@read_at"/></xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- The chain as lines. Context: what has a proof. -->
<xsl:template name="said-lines">
  <xsl:for-each select="proof/step"><xsl:text>&#10;  </xsl:text><xsl:call-template name="said"/></xsl:for-each>
</xsl:template>
</xsl:stylesheet>
