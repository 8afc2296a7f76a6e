/** Docker: the daemon's own HTTP API, versions 1.40 to 1.55. */
@NullMarked
package dev.roadstead.adapter.docker;

import org.jspecify.annotations.NullMarked;
