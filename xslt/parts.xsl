<?xml version="1.0" encoding="UTF-8"?>
<!-- What every view uses: texts by key, dates, icons, badges, desks, reasons. Imported, never run alone. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:variable name="lang" select="string(/page/@lang)"/>
<xsl:variable name="base" select="string(/page/frame/@base | /page/@base)"/>
<xsl:variable name="static" select="string(/page/frame/@static | /page/@static)"/>
<xsl:variable name="texts" select="document(concat('texts/', /page/@lang, '.xml'))"/>
<!-- What a language has no text for comes from the one that its file names. -->
<xsl:variable name="second" select="document(concat('texts/', $texts/texts/@fallback, substring($lang, 1, string-length($lang) * not($texts/texts/@fallback)), '.xml'))"/>
<xsl:key name="text" match="t" use="@id"/>

<!-- A text of the interface; {0} and {1} in it stand for the parameters. -->
<xsl:template name="t">
  <xsl:param name="id"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:variable name="own"><xsl:for-each select="$texts"><xsl:value-of select="key('text', $id)"/></xsl:for-each></xsl:variable>
  <xsl:for-each select="$second">
    <xsl:variable name="text" select="concat($own, substring(key('text', $id), 1, string-length(key('text', $id)) * ($own = '')))"/>
    <xsl:call-template name="filled">
      <xsl:with-param name="text"><xsl:call-template name="filled"><xsl:with-param name="text" select="$text"/><xsl:with-param name="mark" select="'{0}'"/><xsl:with-param name="value" select="$a"/></xsl:call-template></xsl:with-param>
      <xsl:with-param name="mark" select="'{1}'"/>
      <xsl:with-param name="value" select="$b"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="filled">
  <xsl:param name="text"/>
  <xsl:param name="mark"/>
  <xsl:param name="value"/>
  <xsl:choose>
    <xsl:when test="contains($text, $mark)"><xsl:value-of select="concat(substring-before($text, $mark), $value, substring-after($text, $mark))"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- "1 service", "2 services": id.one, id.many -->
<xsl:template name="counted">
  <xsl:param name="id"/>
  <xsl:param name="n"/>
  <xsl:call-template name="t">
    <xsl:with-param name="id" select="concat($id, substring('.many', 1, 5 * ($n != 1)), substring('.one', 1, 4 * ($n = 1)))"/>
    <xsl:with-param name="a" select="$n"/>
  </xsl:call-template>
</xsl:template>

<!-- 2026-11-23T10:42:00+01:00 or 2026-11-23: 23 november 2026 -->
<xsl:template name="date">
  <xsl:param name="iso"/>
  <xsl:value-of select="number(substring($iso, 9, 2))"/>
  <xsl:text> </xsl:text>
  <xsl:call-template name="month"><xsl:with-param name="mm" select="substring($iso, 6, 2)"/></xsl:call-template>
  <xsl:text> </xsl:text>
  <xsl:value-of select="substring($iso, 1, 4)"/>
</xsl:template>

<xsl:template name="month">
  <xsl:param name="mm"/>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('month.', $mm)"/></xsl:call-template>
</xsl:template>

<xsl:template name="month-day">
  <xsl:param name="md"/>
  <xsl:value-of select="number(substring($md, 4, 2))"/>
  <xsl:text> </xsl:text>
  <xsl:call-template name="month"><xsl:with-param name="mm" select="substring($md, 1, 2)"/></xsl:call-template>
</xsl:template>

<!-- 10:42 as the language writes it -->
<xsl:template name="time">
  <xsl:param name="hhmm"/>
  <xsl:param name="id" select="'time'"/>
  <xsl:call-template name="t">
    <xsl:with-param name="id" select="$id"/>
    <xsl:with-param name="a" select="number(substring($hhmm, 1, 2))"/>
    <xsl:with-param name="b" select="substring($hhmm, 4, 2)"/>
  </xsl:call-template>
</xsl:template>

<xsl:template name="moment">
  <xsl:param name="iso"/>
  <time datetime="{$iso}">
    <xsl:call-template name="date"><xsl:with-param name="iso" select="$iso"/></xsl:call-template>
    <xsl:text>, </xsl:text>
    <xsl:call-template name="time"><xsl:with-param name="hhmm" select="substring($iso, 12, 5)"/></xsl:call-template>
  </time>
</xsl:template>

<xsl:template name="icon">
  <xsl:param name="name"/>
  <xsl:if test="$name != ''">
    <svg class="icon" aria-hidden="true" focusable="false"><use href="{$static}icons.svg#i-{$name}"/></svg>
  </xsl:if>
</xsl:template>

<!-- A hat: shape, word and colour; never colour alone. -->
<xsl:template name="badge">
  <span class="hat hat--{@tone}">
    <xsl:call-template name="icon"><xsl:with-param name="name" select="@icon"/></xsl:call-template>
    <xsl:value-of select="@label"/>
  </span>
</xsl:template>

<xsl:template name="badges">
  <xsl:if test="hats/hat and /page/@one_hat != 'true'">
    <span class="badges"><xsl:for-each select="hats/hat"><xsl:call-template name="badge"/></xsl:for-each></span>
  </xsl:if>
</xsl:template>

<!-- Text in another language than the page's says so. -->
<xsl:template name="lang-of">
  <xsl:param name="of"/>
  <xsl:if test="$of"><xsl:attribute name="lang"><xsl:value-of select="$of"/></xsl:attribute></xsl:if>
</xsl:template>

<xsl:template name="why">
  <xsl:if test="why/reason">
    <details class="why">
      <summary><xsl:call-template name="t"><xsl:with-param name="id" select="'why'"/></xsl:call-template><span class="vh"><xsl:text> </xsl:text><xsl:value-of select="@title"/></span></summary>
      <ul>
        <xsl:for-each select="why/reason">
          <li>
            <xsl:choose>
              <xsl:when test="not(@source) and @hat = @group"><xsl:call-template name="t"><xsl:with-param name="id" select="'why.hat.known'"/><xsl:with-param name="a" select="@hat"/></xsl:call-template></xsl:when>
              <xsl:when test="not(@source)"><xsl:call-template name="t"><xsl:with-param name="id" select="'why.group.known'"/><xsl:with-param name="a" select="@hat"/><xsl:with-param name="b" select="@group"/></xsl:call-template></xsl:when>
              <xsl:when test="@hat = @group"><xsl:call-template name="t"><xsl:with-param name="id" select="'why.hat'"/><xsl:with-param name="a" select="@hat"/><xsl:with-param name="b" select="@source"/></xsl:call-template></xsl:when>
              <xsl:otherwise>
                <xsl:call-template name="filled">
                  <xsl:with-param name="text"><xsl:call-template name="t"><xsl:with-param name="id" select="'why.group'"/><xsl:with-param name="a" select="@hat"/><xsl:with-param name="b" select="@group"/></xsl:call-template></xsl:with-param>
                  <xsl:with-param name="mark" select="'{2}'"/>
                  <xsl:with-param name="value" select="@source"/>
                </xsl:call-template>
              </xsl:otherwise>
            </xsl:choose>
          </li>
        </xsl:for-each>
      </ul>
    </details>
  </xsl:if>
</xsl:template>

<xsl:template name="closed">
  <xsl:if test="@state = 'closed'">
    <p class="state"><span class="tag tag--warn">
      <xsl:call-template name="icon"><xsl:with-param name="name" select="'clock'"/></xsl:call-template>
      <xsl:call-template name="t">
        <xsl:with-param name="id" select="'closed.until'"/>
        <xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@opens"/></xsl:call-template></xsl:with-param>
      </xsl:call-template>
    </span></p>
  </xsl:if>
</xsl:template>

<xsl:template name="promise">
  <xsl:param name="days"/>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'promise'"/><xsl:with-param name="n" select="$days"/></xsl:call-template>
</xsl:template>

<!-- mo tu we th fr: maandag tot en met vrijdag -->
<xsl:template name="days">
  <xsl:param name="days"/>
  <xsl:choose>
    <xsl:when test="$days = 'mo tu we th fr' or $days = 'mo tu we th fr sa su' or $days = 'mo tu we th' or $days = 'sa su'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="concat('days.', translate($days, ' ', '-'))"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="day-list"><xsl:with-param name="days" select="$days"/></xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="day-list">
  <xsl:param name="days"/>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('day.', substring($days, 1, 2))"/></xsl:call-template>
  <xsl:if test="string-length($days) &gt; 2">
    <xsl:text>, </xsl:text>
    <xsl:call-template name="day-list"><xsl:with-param name="days" select="substring($days, 4)"/></xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- Ways to reach a desk and its hours. Context: an element with <ways> and <opening>. -->
<xsl:template name="reach">
  <ul class="plain stack">
    <xsl:for-each select="ways/reach[@kind != 'form']">
      <li>
        <xsl:call-template name="icon">
          <xsl:with-param name="name">
            <xsl:choose>
              <xsl:when test="@kind = 'phone'">phone</xsl:when>
              <xsl:when test="@kind = 'counter'">map-pin</xsl:when>
              <xsl:when test="@kind = 'chat'">message-circle</xsl:when>
              <xsl:when test="@kind = 'mail'">mail</xsl:when>
              <xsl:otherwise>calendar</xsl:otherwise>
            </xsl:choose>
          </xsl:with-param>
        </xsl:call-template>
        <xsl:text> </xsl:text>
        <xsl:choose>
          <xsl:when test="@kind = 'phone' or @kind = 'mail'"><a href="{@href}"><span class="num"><xsl:value-of select="@value"/></span></a></xsl:when>
          <xsl:when test="@href"><a href="{@href}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reach.', @kind)"/></xsl:call-template></a></xsl:when>
          <xsl:when test="@value"><xsl:value-of select="@value"/></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reach.', @kind)"/></xsl:call-template></xsl:otherwise>
        </xsl:choose>
        <xsl:if test="note"><br/><span class="muted"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@note_lang"/></xsl:call-template><xsl:value-of select="note"/></span></xsl:if>
      </li>
    </xsl:for-each>
    <xsl:for-each select="opening/hours">
      <li>
        <xsl:call-template name="icon"><xsl:with-param name="name" select="'clock'"/></xsl:call-template>
        <xsl:text> </xsl:text>
        <xsl:call-template name="days"><xsl:with-param name="days" select="@days"/></xsl:call-template>
        <xsl:text>, </xsl:text>
        <xsl:call-template name="t">
          <xsl:with-param name="id" select="'hours'"/>
          <xsl:with-param name="a"><xsl:call-template name="time"><xsl:with-param name="hhmm" select="@from"/><xsl:with-param name="id" select="'time.short'"/></xsl:call-template></xsl:with-param>
          <xsl:with-param name="b"><xsl:call-template name="time"><xsl:with-param name="hhmm" select="@to"/><xsl:with-param name="id" select="'time.short'"/></xsl:call-template></xsl:with-param>
        </xsl:call-template>
      </li>
    </xsl:for-each>
  </ul>
</xsl:template>

<!-- What may be missing because a directory did not answer. -->
<xsl:template name="missing">
  <xsl:for-each select="/page/missing/source">
    <div class="notice notice--warn" role="status">
      <xsl:call-template name="icon"><xsl:with-param name="name" select="'triangle-alert'"/></xsl:call-template>
      <div>
        <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'missing.title'"/></xsl:call-template></h2>
        <p><xsl:choose>
          <xsl:when test="/page/@stale_since"><xsl:call-template name="t"><xsl:with-param name="id" select="'missing.stale'"/><xsl:with-param name="a" select="@label"/><xsl:with-param name="b"><xsl:call-template name="moment"><xsl:with-param name="iso" select="/page/@stale_since"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'missing.text'"/><xsl:with-param name="a" select="@label"/></xsl:call-template></xsl:otherwise>
        </xsl:choose></p>
      </div>
    </div>
  </xsl:for-each>
</xsl:template>

<!-- One service in a list. Context: service. -->
<xsl:template name="entry">
  <a class="service__name" href="{@href}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></a>
  <p class="service__desc"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@summary_lang"/></xsl:call-template><xsl:value-of select="summary"/></p>
  <xsl:call-template name="closed"/>
  <xsl:choose>
    <xsl:when test="@several = 'true'">
      <ul class="variants">
        <xsl:for-each select="variants/variant">
          <li>
            <xsl:call-template name="badges"/>
            <a href="{../../@href}#way-{position()}">
              <xsl:choose>
                <xsl:when test="text"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@text_lang"/></xsl:call-template><xsl:value-of select="text"/></xsl:when>
                <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'way.by-desk'"/><xsl:with-param name="a" select="@desk_name"/></xsl:call-template></xsl:otherwise>
              </xsl:choose>
            </a>
          </li>
        </xsl:for-each>
      </ul>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="badges"/></xsl:otherwise>
  </xsl:choose>
  <xsl:call-template name="why"/>
</xsl:template>

<xsl:template name="request-state">
  <span class="tag"><xsl:attribute name="class">tag <xsl:choose><xsl:when test="@state = 'open'">tag--info</xsl:when><xsl:otherwise>tag--ok</xsl:otherwise></xsl:choose></xsl:attribute><xsl:call-template name="icon"><xsl:with-param name="name" select="substring('clockcheck', 1 + 5 * (@state = 'closed'), 5)"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="concat('request.state.', @state)"/></xsl:call-template></span>
</xsl:template>

<!-- What is going on: an outage before news; word, shape and colour. -->
<xsl:template name="notices">
  <xsl:for-each select="/page/notices/notice">
    <div id="notice-{@id}" class="notice"><xsl:if test="@kind = 'outage'"><xsl:attribute name="class">notice notice--warn</xsl:attribute></xsl:if><xsl:call-template name="icon"><xsl:with-param name="name" select="concat(substring('triangle-alert', 1, 14 * (@kind = 'outage')), substring('megaphone', 1, 9 * (@kind != 'outage')))"/></xsl:call-template>
      <div>
        <h2><span class="vh"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('notice.', @kind)"/></xsl:call-template><xsl:text>: </xsl:text></span><span><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="title"/></span></h2>
        <p><span><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@text_lang"/></xsl:call-template><xsl:value-of select="text"/></span><xsl:if test="@href"><xsl:text> </xsl:text><a href="{@href}"><xsl:call-template name="t"><xsl:with-param name="id" select="'notice.service'"/></xsl:call-template><span class="vh"><xsl:text>: </xsl:text><xsl:value-of select="title"/></span></a></xsl:if></p>
      </div>
    </div>
  </xsl:for-each>
</xsl:template>

<!-- A place in a list: the kept piece of a service (a hole), or nothing. -->
<xsl:template name="slot"><xsl:value-of select="@slot"/></xsl:template>

</xsl:stylesheet>
