/** The OpenAPI document. */
@NullMarked
package dev.roadstead.api.document;

import org.jspecify.annotations.NullMarked;
