<?xml version="1.0" encoding="UTF-8"?>
<!-- What the portal knows of you: hats, groups with their proof, sessions. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="frame.xsl"/>

<xsl:template match="page" mode="title"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.title'"/></xsl:call-template></xsl:template>

<xsl:template match="page" mode="main">
  <div class="wrap">
    <div class="pagehead"><h1><xsl:call-template name="t"><xsl:with-param name="id" select="'me.heading'"/></xsl:call-template></h1>
      <p><xsl:value-of select="person/@name"/> (<xsl:value-of select="person/@uid"/>)</p></div>
    <xsl:call-template name="missing"/>
    <section class="section" aria-labelledby="who">
      <h2 id="who"><xsl:call-template name="t"><xsl:with-param name="id" select="'hats.title'"/></xsl:call-template></h2>
      <ul class="plain stack">
        <xsl:for-each select="hats/hat">
          <li><xsl:call-template name="badge"/><xsl:if test="@until"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'until'"/><xsl:with-param name="a"><xsl:call-template name="date"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if></li>
        </xsl:for-each>
      </ul>
      <p class="muted gap"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.as-of'"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="moment"><xsl:with-param name="iso" select="@as_of"/></xsl:call-template></p>
      <p><xsl:call-template name="t"><xsl:with-param name="id" select="'me.wrong'"/></xsl:call-template><xsl:if test="help/@phone"><xsl:text> </xsl:text><a href="tel:{translate(help/@phone, ' ()-', '')}"><span class="num"><xsl:value-of select="help/@phone"/></span></a></xsl:if></p>
    </section>
    <section class="section" aria-labelledby="groups">
      <h2 id="groups"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.groups'"/></xsl:call-template></h2>
      <p class="muted"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.groups.lead'"/></xsl:call-template></p>
      <section class="scroll" tabindex="0" aria-labelledby="groups-caption">
        <table>
          <caption id="groups-caption"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.groups.caption'"/></xsl:call-template></caption>
          <thead><tr><th scope="col"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.group'"/></xsl:call-template></th><th scope="col"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.because'"/></xsl:call-template></th><th scope="col"><xsl:call-template name="t"><xsl:with-param name="id" select="'me.until'"/></xsl:call-template></th></tr></thead>
          <tbody>
            <xsl:for-each select="groups/group">
              <tr>
                <th scope="row"><xsl:value-of select="@label"/></th>
                <td><ul class="proof"><xsl:for-each select="proof/step"><li><xsl:call-template name="step"/></li></xsl:for-each></ul></td>
                <td><xsl:choose><xsl:when test="@until"><xsl:call-template name="date"><xsl:with-param name="iso" select="@until"/></xsl:call-template></xsl:when><xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'me.no-end'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </section>
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

<!-- One step of a proof, in words. -->
<xsl:template name="step">
  <xsl:choose>
    <xsl:when test="@kind = 'attribute'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'proof.attribute'"/><xsl:with-param name="a" select="@source"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:text> </xsl:text><code><xsl:value-of select="@attribute"/> = <xsl:value-of select="@value"/></code>
    </xsl:when>
    <xsl:when test="@kind = 'ldap-group'">
      <xsl:call-template name="t"><xsl:with-param name="id" select="'proof.group'"/><xsl:with-param name="a" select="@source"/><xsl:with-param name="b" select="@account"/></xsl:call-template>
      <xsl:text> </xsl:text>
      <xsl:for-each select="chain/through"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.part-of'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><code><xsl:value-of select="."/></code></xsl:for-each>
    </xsl:when>
    <xsl:when test="@kind = 'parent' or (@kind = 'rule' and @group)"><xsl:call-template name="t"><xsl:with-param name="id" select="'proof.parent'"/><xsl:with-param name="a" select="@group_label"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('proof.', @kind)"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
