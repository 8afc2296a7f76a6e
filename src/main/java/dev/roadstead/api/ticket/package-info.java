/** Tickets for those who cannot send credentials. */
@NullMarked
package dev.roadstead.api.ticket;

import org.jspecify.annotations.NullMarked;
