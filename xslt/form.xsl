<?xml version="1.0" encoding="UTF-8"?>
<!-- The form of a request: the one question where it matters, the fields, and where it goes before it is sent. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template name="request-form">
  <xsl:for-each select="/page/form">
    <section class="section" id="request" aria-labelledby="request-title">
      <h2 id="request-title"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.title'"/></xsl:call-template></h2>
      <xsl:call-template name="form-faults"/>
      <xsl:if test="@state = 'used'">
        <div class="notice notice--warn" role="alert"><xsl:call-template name="icon"><xsl:with-param name="name" select="'triangle-alert'"/></xsl:call-template>
          <div><h3><xsl:call-template name="t"><xsl:with-param name="id" select="'form.used.title'"/></xsl:call-template></h3><p><xsl:call-template name="t"><xsl:with-param name="id" select="'form.used.text'"/></xsl:call-template><xsl:text> </xsl:text><a href="{/page/earlier/@href}"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.used.link'"/><xsl:with-param name="a" select="/page/earlier/@number"/></xsl:call-template></a></p></div></div>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="@choose_first = 'true'"><xsl:call-template name="choose-first"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="whole-form"/></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:for-each>
</xsl:template>

<xsl:template name="form-faults">
  <xsl:if test="faults/fault">
    <div class="summary-error" role="alert" tabindex="-1" id="faults">
      <h3><xsl:call-template name="counted"><xsl:with-param name="id" select="'form.faults'"/><xsl:with-param name="n" select="count(faults/fault)"/></xsl:call-template></h3>
      <ul><xsl:for-each select="faults/fault"><li><a><xsl:attribute name="href">#f-<xsl:value-of select="@field"/><xsl:if test="@field = /page/form/question/@name">-1</xsl:if></xsl:attribute><xsl:call-template name="fault-text"><xsl:with-param name="what" select="@what"/><xsl:with-param name="label" select="@label"/></xsl:call-template></a></li></xsl:for-each></ul>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="fault-text">
  <xsl:param name="what"/>
  <xsl:param name="label"/>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('fault.', $what)"/><xsl:with-param name="a" select="$label"/></xsl:call-template>
</xsl:template>

<xsl:template name="fault-line">
  <xsl:param name="for"/>
  <xsl:param name="label"/>
  <xsl:if test="@fault"><span class="error" id="f-{$for}-error"><xsl:call-template name="icon"><xsl:with-param name="name" select="'circle-alert'"/></xsl:call-template><xsl:text> </xsl:text><span class="vh"><xsl:call-template name="t"><xsl:with-param name="id" select="'error.prefix'"/></xsl:call-template><xsl:text> </xsl:text></span><xsl:call-template name="fault-text"><xsl:with-param name="what" select="@fault"/><xsl:with-param name="label" select="$label"/></xsl:call-template></span></xsl:if>
</xsl:template>

<!-- Ways with forms of their own: the hat first, by a link. -->
<xsl:template name="choose-first">
  <p><xsl:call-template name="t"><xsl:with-param name="id" select="'form.choose'"/></xsl:call-template></p>
  <div class="actions">
    <xsl:for-each select="question/choices/choice"><a class="button button--second" href="?hat={@value}#request"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.as'"/><xsl:with-param name="a" select="@label"/></xsl:call-template></a></xsl:for-each>
  </div>
</xsl:template>

<xsl:template name="whole-form">
  <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.lead'"/></xsl:call-template></p>
  <form class="panel" method="post" action="{@action}" novalidate="novalidate">
    <input type="hidden" name="csrf" value="{/page/frame/@csrf}"/>
    <input type="hidden" name="key" value="{@key}"/>
    <xsl:if test="@hat"><input type="hidden" name="hat" value="{@hat}"/></xsl:if>
    <xsl:for-each select="question"><xsl:call-template name="question"/></xsl:for-each>
    <xsl:for-each select="fields/field"><xsl:call-template name="field"/></xsl:for-each>
    <div class="field">
      <xsl:if test="@fault"><xsl:attribute name="class">field field--error</xsl:attribute></xsl:if>
      <label for="f-text"><xsl:choose><xsl:when test="fields/field"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.text.more'"/></xsl:call-template><xsl:text> </xsl:text><span class="optional"><xsl:call-template name="t"><xsl:with-param name="id" select="'optional'"/></xsl:call-template></span></xsl:when><xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'form.text'"/></xsl:call-template></xsl:otherwise></xsl:choose></label>
      <span class="hint" id="f-text-hint"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.text.hint'"/></xsl:call-template></span>
      <xsl:call-template name="fault-line"><xsl:with-param name="for" select="'text'"/></xsl:call-template>
      <textarea id="f-text" name="text" rows="5" maxlength="8000">
        <xsl:attribute name="aria-describedby">f-text-hint<xsl:if test="@fault"> f-text-error</xsl:if></xsl:attribute>
        <xsl:if test="@fault"><xsl:attribute name="aria-invalid">true</xsl:attribute></xsl:if>
        <xsl:value-of select="concat('&#10;', text)"/>
      </textarea>
    </div>
    <xsl:if test="not(question)">
      <div class="notice"><xsl:call-template name="icon"><xsl:with-param name="name" select="'route'"/></xsl:call-template>
        <div><h3><xsl:call-template name="t"><xsl:with-param name="id" select="'form.goes-to'"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template></h3><p><xsl:call-template name="promise-sentence"><xsl:with-param name="days" select="@promise"/></xsl:call-template></p></div></div>
    </xsl:if>
    <div class="actions"><button class="button" type="submit"><xsl:call-template name="icon"><xsl:with-param name="name" select="'send'"/></xsl:call-template><xsl:choose><xsl:when test="@state = 'used'"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.send-new'"/></xsl:call-template></xsl:when><xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'form.send'"/></xsl:call-template></xsl:otherwise></xsl:choose></button></div>
  </form>
</xsl:template>

<xsl:template name="promise-sentence">
  <xsl:param name="days"/>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'promise.sentence'"/><xsl:with-param name="n" select="$days"/></xsl:call-template>
</xsl:template>

<!-- Each answer says itself where it leads. -->
<xsl:template name="question">
  <xsl:variable name="name" select="@name"/>
  <fieldset class="field">
    <xsl:if test="@fault"><xsl:attribute name="class">field field--error</xsl:attribute><xsl:attribute name="aria-describedby"><xsl:value-of select="concat('f-', $name, '-error')"/></xsl:attribute></xsl:if>
    <legend><xsl:call-template name="t"><xsl:with-param name="id" select="concat('form.ask.', $name)"/></xsl:call-template></legend>
    <span class="hint"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.ask.hint'"/></xsl:call-template></span>
    <xsl:call-template name="fault-line"><xsl:with-param name="for" select="$name"/></xsl:call-template>
    <xsl:for-each select="choices/choice">
      <div class="choice choice--card">
        <input type="radio" id="f-{$name}-{position()}" name="{$name}" value="{@value}" aria-describedby="f-{$name}-{position()}-hint"><xsl:if test="@current = 'true'"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if></input>
        <div>
          <label for="f-{$name}-{position()}"><xsl:choose><xsl:when test="$name = 'hat'"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.as'"/><xsl:with-param name="a" select="@label"/></xsl:call-template></xsl:when><xsl:when test="@label"><xsl:value-of select="@label"/></xsl:when><xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'form.topic.none'"/></xsl:call-template></xsl:otherwise></xsl:choose></label>
          <span class="hint" id="f-{$name}-{position()}-hint"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.choice-goes-to'"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="promise-sentence"><xsl:with-param name="days" select="@promise"/></xsl:call-template></span>
        </div>
      </div>
    </xsl:for-each>
  </fieldset>
</xsl:template>

<xsl:template name="field">
  <xsl:variable name="id" select="concat('f-', @name)"/>
  <div class="field">
    <xsl:if test="@fault"><xsl:attribute name="class">field field--error</xsl:attribute></xsl:if>
    <xsl:choose>
      <!-- A file cannot be sent along yet: say so, and how it gets there. -->
      <xsl:when test="@type = 'file'"><p><strong><xsl:value-of select="label"/></strong><br/><span class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'form.file'"/></xsl:call-template></span></p></xsl:when>
      <xsl:otherwise>
        <label for="{$id}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@label_lang"/></xsl:call-template><xsl:value-of select="label"/><xsl:if test="@required != 'true'"><xsl:text> </xsl:text><span class="optional"><xsl:call-template name="t"><xsl:with-param name="id" select="'optional'"/></xsl:call-template></span></xsl:if></label>
        <xsl:if test="hint"><span class="hint" id="{$id}-hint"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@hint_lang"/></xsl:call-template><xsl:value-of select="hint"/></span></xsl:if>
        <xsl:call-template name="fault-line"><xsl:with-param name="for" select="@name"/><xsl:with-param name="label" select="label"/></xsl:call-template>
        <xsl:call-template name="control"><xsl:with-param name="id" select="$id"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </div>
</xsl:template>

<xsl:template name="control-facts">
  <xsl:param name="id"/>
  <xsl:if test="hint or @fault"><xsl:attribute name="aria-describedby"><xsl:if test="hint"><xsl:value-of select="$id"/>-hint</xsl:if><xsl:if test="@fault"><xsl:text> </xsl:text><xsl:value-of select="$id"/>-error</xsl:if></xsl:attribute></xsl:if>
  <xsl:if test="@required = 'true'"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
  <xsl:if test="@fault"><xsl:attribute name="aria-invalid">true</xsl:attribute></xsl:if>
</xsl:template>

<xsl:template name="control">
  <xsl:param name="id"/>
  <xsl:variable name="value" select="string(value)"/>
  <xsl:choose>
    <xsl:when test="@type = 'textarea'">
      <textarea id="{$id}" name="{@name}" rows="4" maxlength="8000"><xsl:call-template name="control-facts"><xsl:with-param name="id" select="$id"/></xsl:call-template><xsl:value-of select="concat('&#10;', $value)"/></textarea>
    </xsl:when>
    <xsl:when test="@type = 'choice'">
      <select id="{$id}" name="{@name}"><xsl:call-template name="control-facts"><xsl:with-param name="id" select="$id"/></xsl:call-template>
        <option value=""><xsl:call-template name="t"><xsl:with-param name="id" select="'form.choice.none'"/></xsl:call-template></option>
        <xsl:for-each select="options/option"><option value="{@value}"><xsl:if test="@value = $value"><xsl:attribute name="selected">selected</xsl:attribute></xsl:if><xsl:value-of select="@label"/></option></xsl:for-each>
      </select>
    </xsl:when>
    <xsl:otherwise>
      <input id="{$id}" name="{@name}" type="text" maxlength="500" value="{$value}"><xsl:if test="@type = 'date'"><xsl:attribute name="type">date</xsl:attribute><xsl:attribute name="class">half</xsl:attribute></xsl:if><xsl:call-template name="control-facts"><xsl:with-param name="id" select="$id"/></xsl:call-template></input>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
