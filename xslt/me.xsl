<?xml version="1.0" encoding="UTF-8"?>
<!-- What the portal knows of you: hats, groups with their proof, sessions. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>
<xsl:import href="proof.xsl"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.title'"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'me.heading'"/></xsl:call-template></h1>
      <p><xsl:value-of select="person/@name"/> (<xsl:value-of select="person/@uid"/>)</p></div>
    <xsl:if test="@state">
      <div class="notice notice--ok" role="status"><xsl:call-template name="icon"><xsl:with-param name="name" select="'check'"/></xsl:call-template><div><p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('me.', @state)"/></xsl:call-template></p></div></div>
    </xsl:if>
    <xsl:call-template name="missing"/>
    <section class="section" aria-labelledby="who">
      <h2 id="who"><xsl:call-template name="t"><xsl:with-param name="id" select="'hats.title'"/></xsl:call-template></h2>
      <ul class="plain stack">
        <xsl:for-each select="hats/hat">
          <li><xsl:call-template name="badge"/><xsl:if test="@until"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'until'"/><xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if></li>
        </xsl:for-each>
      </ul>
      <p class="muted gap"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.as-of'"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@as_of"/></xsl:call-template></p>
      <form class="gap" method="post" action="{$base}me/refresh">
        <input type="hidden" name="csrf" value="{frame/@csrf}"/>
        <button class="button button--second button--small" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.refresh'"/></xsl:call-template></button>
      </form>
      <p class="gap"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.wrong'"/></xsl:call-template><xsl:if test="help/@phone"><xsl:text> </xsl:text><a href="tel:{translate(help/@phone, ' ()-', '')}"><span class="num"><xsl:value-of select="help/@phone"/></span></a></xsl:if></p>
    </section>
    <section class="section" aria-labelledby="groups">
      <h2 id="groups"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.groups'"/></xsl:call-template></h2>
      <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.groups.lead'"/></xsl:call-template></p>
      <xsl:for-each select="hats/hat">
        <div class="panel">
          <h3><xsl:call-template name="badge"/></h3>
          <xsl:call-template name="own-groups"><xsl:with-param name="of" select="/page/groups/group[@id = current()/@id]"/></xsl:call-template>
          <xsl:call-template name="own-groups"><xsl:with-param name="of" select="/page/groups/group[@id != current()/@id and under/hat = current()/@id]"/></xsl:call-template>
          <xsl:call-template name="read-at"><xsl:with-param name="of" select="/page/groups/group[under/hat = current()/@id]/proof/step[@read_at]"/></xsl:call-template>
        </div>
      </xsl:for-each>
      <xsl:if test="groups/group[not(under/hat)]">
        <div class="panel">
          <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'me.other-groups'"/></xsl:call-template></h3>
          <xsl:call-template name="own-groups"><xsl:with-param name="of" select="groups/group[not(under/hat)]"/></xsl:call-template>
          <xsl:call-template name="read-at"><xsl:with-param name="of" select="groups/group[not(under/hat)]/proof/step[@read_at]"/></xsl:call-template>
        </div>
      </xsl:if>
    </section>
    <section class="section" aria-labelledby="favourites">
      <h2 id="favourites" tabindex="-1"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.favourites'"/></xsl:call-template></h2>
      <xsl:if test="not(favourites/ref)"><p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'own.favourites.none'"/></xsl:call-template></p></xsl:if>
      <xsl:if test="favourites/ref">
        <ol class="plain stack">
          <xsl:for-each select="favourites/ref">
            <li class="panel"><a href="{@href}"><xsl:call-template name="lang-of"><xsl:with-param name="of" select="@title_lang"/></xsl:call-template><xsl:value-of select="@title"/></a>
              <form class="gap" method="post" action="{@href}/favourite">
                <input type="hidden" name="csrf" value="{/page/frame/@csrf}"/><input type="hidden" name="return" value="/me"/>
                <xsl:if test="position() &gt; 1"><xsl:call-template name="favourite-button"><xsl:with-param name="do" select="'up'"/></xsl:call-template></xsl:if>
                <xsl:if test="position() &lt; last()"><xsl:call-template name="favourite-button"><xsl:with-param name="do" select="'down'"/></xsl:call-template></xsl:if>
                <xsl:call-template name="favourite-button"><xsl:with-param name="do" select="'remove'"/></xsl:call-template>
              </form>
            </li>
          </xsl:for-each>
        </ol>
      </xsl:if>
    </section>
    <section class="section" aria-labelledby="sessions">
      <h2 id="sessions"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.sessions'"/></xsl:call-template></h2>
      <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.sessions.lead'"/></xsl:call-template></p>
      <ul class="plain stack">
        <xsl:for-each select="sessions/session">
          <li class="panel">
            <p><strong><xsl:call-template name="moment"><xsl:with-param name="iso" select="@created"/></xsl:call-template></strong><xsl:if test="@current = 'true'"><xsl:text> </xsl:text><span class="tag tag--ok"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.session.this'"/></xsl:call-template></span></xsl:if><br/>
            <span class="muted"><xsl:value-of select="@address"/><xsl:if test="@agent != ''"><xsl:text>, </xsl:text><xsl:value-of select="@agent"/></xsl:if></span></p>
            <xsl:if test="@current != 'true'">
              <form method="post" action="{$base}me/sessions/end">
                <input type="hidden" name="csrf" value="{/page/frame/@csrf}"/><input type="hidden" name="number" value="{@number}"/>
                <button class="button button--second button--small" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.session.end'"/></xsl:call-template><span class="vh"><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@created"/></xsl:call-template></span></button>
              </form>
            </xsl:if>
          </li>
        </xsl:for-each>
      </ul>
      <xsl:if test="count(sessions/session) &gt; 1">
        <form class="gap" method="post" action="{$base}me/sessions/end">
          <input type="hidden" name="csrf" value="{frame/@csrf}"/><input type="hidden" name="number" value="others"/>
          <button class="button button--second" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.session.end-others'"/></xsl:call-template></button>
        </form>
      </xsl:if>
    </section>
    <section class="section" aria-labelledby="data">
      <h2 id="data"><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.title'"/></xsl:call-template></h2>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.lead'"/></xsl:call-template></p>
      <p><a class="button button--second" href="{$base}me/data"><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.export'"/></xsl:call-template></a></p>
      <details>
        <summary><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.erase'"/></xsl:call-template></summary>
        <p><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.erase.what'"/></xsl:call-template></p>
        <form method="post" action="{$base}me/data/erase">
          <input type="hidden" name="csrf" value="{frame/@csrf}"/>
          <button class="button button--second" type="submit"><xsl:call-template name="t"><xsl:with-param name="id" select="'mydata.erase.now'"/></xsl:call-template></button>
        </form>
      </details>
    </section>
  </div>
</xsl:template>

<!-- Context: a favourite. -->
<xsl:template name="favourite-button">
  <xsl:param name="do"/>
  <button class="button button--second button--small" type="submit" name="do" value="{$do}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('favourite.do.', $do)"/></xsl:call-template><span class="vh"><xsl:text>: </xsl:text><xsl:value-of select="@title"/></span></button>
  <xsl:text> </xsl:text>
</xsl:template>

<!-- The first groups, and the others behind a line that opens. -->
<xsl:template name="own-groups">
  <xsl:param name="of"/>
  <xsl:variable name="first" select="3 + (count($of) = 4)"/>
  <xsl:if test="$of">
    <ul class="proof"><xsl:for-each select="$of[position() &lt;= $first]"><xsl:call-template name="own-group"/></xsl:for-each></ul>
  </xsl:if>
  <xsl:if test="count($of) &gt; $first">
    <details class="more">
      <summary><xsl:call-template name="counted"><xsl:with-param name="id" select="'me.more'"/><xsl:with-param name="n" select="count($of) - $first"/></xsl:call-template><span class="vh"><xsl:text>: </xsl:text><xsl:value-of select="@label"/></span></summary>
      <ul class="proof"><xsl:for-each select="$of[position() &gt; $first]"><xsl:call-template name="own-group"/></xsl:for-each></ul>
    </details>
  </xsl:if>
</xsl:template>

<!-- When each source was read for these steps, once. -->
<xsl:template name="read-at">
  <xsl:param name="of"/>
  <xsl:for-each select="$of">
    <xsl:if test="generate-id() = generate-id($of[@source = current()/@source and @read_at = current()/@read_at][1])">
      <p class="muted small"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.read'"/><xsl:with-param name="a" select="@source"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@read_at"/></xsl:call-template></p>
    </xsl:if>
  </xsl:for-each>
</xsl:template>

<!-- A sentence for each step: the group, then what it follows from. -->
<xsl:template name="own-group">
  <li>
    <xsl:for-each select="proof/step">
      <xsl:if test="position() &gt; 1"><br/></xsl:if>
      <xsl:choose>
        <xsl:when test="@also"><xsl:call-template name="t"><xsl:with-param name="id" select="'because.also'"/></xsl:call-template></xsl:when>
        <xsl:when test="not(@of) and ../../@hat = 'true'"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.you-are'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'me.you-belong'"/></xsl:call-template></xsl:otherwise>
      </xsl:choose>
      <xsl:text> </xsl:text>
      <xsl:if test="not(@also)">
        <xsl:choose>
          <xsl:when test="@of"><xsl:value-of select="@of_label"/></xsl:when>
          <xsl:otherwise><strong><xsl:value-of select="../../@label"/></strong></xsl:otherwise>
        </xsl:choose>
        <xsl:text> </xsl:text>
      </xsl:if>
      <xsl:call-template name="because"/>
    </xsl:for-each>
    <xsl:if test="@until"><br/><xsl:call-template name="t"><xsl:with-param name="id" select="'me.holds-until'"/><xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if>
  </li>
</xsl:template>
</xsl:stylesheet>
