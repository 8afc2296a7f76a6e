/** LXD and Incus (REST API 1.0): their instances of type container. */
@NullMarked
package dev.roadstead.adapter.lxd;

import org.jspecify.annotations.NullMarked;
