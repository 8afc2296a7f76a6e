/** What every resource of the API shares: request ids, answers with or without waiting, streams. */
@NullMarked
package dev.roadstead.api;

import org.jspecify.annotations.NullMarked;
