/** Pods: containers that share name spaces. */
@NullMarked
package dev.roadstead.pod;

import org.jspecify.annotations.NullMarked;
