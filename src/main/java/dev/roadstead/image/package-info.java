/** Images, references to them and the registries they come from. */
@NullMarked
package dev.roadstead.image;

import org.jspecify.annotations.NullMarked;
