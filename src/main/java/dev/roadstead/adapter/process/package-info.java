/** Processes of daemons whose APIs descend from Docker's: their logs, execs and attachments. Knows none of them. */
@NullMarked
package dev.roadstead.adapter.process;

import org.jspecify.annotations.NullMarked;
