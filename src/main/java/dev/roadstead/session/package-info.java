/** Exec sessions: processes that outlive the connection they were started from, with their last output and their exit code. */
@NullMarked
package dev.roadstead.session;

import org.jspecify.annotations.NullMarked;
