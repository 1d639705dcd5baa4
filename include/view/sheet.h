/* sheet: compiled stylesheets (XSLT 1.0), in a sandbox.
 *
 * A sheet reads files below the folder of views only, no network, writes nothing, stops at
 * a depth of 500 and 5 million XPath operations; no extensions but EXSLT's common node-set.
 * Any error or warning of the libraries during a transform throws the result away: a page is
 * whole and right, or it is FAIL_BUG. Broken sheets are reported as FILE:LINE: what. */
#ifndef VIEW_SHEET_H
#define VIEW_SHEET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/doc.h"
#include "base/err.h"

struct sheets; /* all stylesheets of one folder */
struct sheet;

/* Nothing is read yet. own (may be NULL) is the institution's folder: a file of the same
 * name there is taken before ours, also where ours ask for it (frame.xsl, texts/nl.xml), and may
 * xsl:import ours as "base:NAME". */
struct sheets *sheets_new(const char *folder, const char *own);
void sheets_free(struct sheets *s);

/* name without ".xsl". Compiled on first use; compiled anew when the file or anything it
 * includes, imports or reads changed (looked at once a second at most), keeping the last
 * good one when the new one does not compile (*err then tells, rc is OK). */
MUST_CHECK enum fail sheets_get(struct sheets *s, const char *name, struct sheet **out,
                                struct err *err);
/* Looks whether a sheet in use changed, at most once a second: for programs whose pages are kept
 * results, before they make a key. */
void sheets_look(struct sheets *s);
/* Differs when any file of the folders does, and is the same in every process: part of every cache
 * key and ETag. 0 before the first look. */
uint64_t sheets_version(const struct sheets *s);

/* Transforms the page document; the result is appended to out. */
MUST_CHECK enum fail sheet_render(struct sheet *sheet, const struct doc *d, struct buf *out,
                                  struct err *err);
/* The same from XML text (golden tests, loketctl view render). */
MUST_CHECK enum fail sheet_render_xml(struct sheet *sheet, const char *xml, size_t len,
                                      struct buf *out, struct err *err);

/* Compiles one file and looks for what the sandbox or the content policy would refuse
 * (disable-output-escaping, text in script or style, http-equiv, foreign includes). Every
 * finding on a line of its own in findings; FAIL_DATA when there is one. */
MUST_CHECK enum fail sheet_check(const char *folder, const char *path, struct buf *findings,
                                 struct err *err);

#endif
