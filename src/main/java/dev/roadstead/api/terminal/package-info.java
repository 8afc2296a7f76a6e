/** Terminals: processes in containers over a WebSocket. */
@NullMarked
package dev.roadstead.api.terminal;

import org.jspecify.annotations.NullMarked;
