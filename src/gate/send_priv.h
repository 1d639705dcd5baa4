/* Shared by the files of gate: the ways in and out. A request without streams is plain CGI: standard input and
 * output. */
#ifndef GATE_SEND_PRIV_H
#define GATE_SEND_PRIV_H

#include <fcgiapp.h>

#include "base/buf.h"

/* At most len bytes of the body; how many there were. */
int gate_read(FCGX_Request *from, char *to, int len);
/* Headers with the empty line behind them, and the body (NULL: none). */
void gate_send(FCGX_Request *to, const struct buf *head, const struct buf *body);
void gate_finish(FCGX_Request *to);

#endif
