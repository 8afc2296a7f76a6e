/** Who calls: checking credentials, remembering right ones, slowing down wrong ones. Knows nothing of the API. */
@NullMarked
package dev.roadstead.security;

import org.jspecify.annotations.NullMarked;
