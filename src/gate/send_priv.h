/* Shared by the files of gate: the way out. */
#ifndef GATE_SEND_PRIV_H
#define GATE_SEND_PRIV_H

#include <fcgiapp.h>

#include "base/buf.h"

/* Headers with the empty line behind them, and the body (NULL: none). */
void gate_send(FCGX_Request *to, const struct buf *head, const struct buf *body);
void gate_finish(FCGX_Request *to);

#endif
