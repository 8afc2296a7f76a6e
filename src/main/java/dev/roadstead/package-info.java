/** The application: one API for many container engines. */
@NullMarked
package dev.roadstead;

import org.jspecify.annotations.NullMarked;
