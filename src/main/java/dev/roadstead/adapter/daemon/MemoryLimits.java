package dev.roadstead.adapter.daemon;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.Resources;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory limits to set: a limit above the one for memory and swap is taken only together with a new one for both.
 *
 * @param memory null: it stays
 * @param swap memory and swap together; null: it stays
 */
public record MemoryLimits(@Nullable Long memory, @Nullable Long swap) {
    /** What changes of the present limits. */
    public static MemoryLimits of(Resources now, ContainerChanges changes) {
        Long memory = changes.resources().memory() == null
                ? now.memory()
                : changes.resources().memory();
        Long swap = changes.resources().memorySwap();
        if (swap == null && memory != null) {
            // Without a limit of its own it is twice the memory, as at create.
            boolean usual = now.memorySwap() == null
                    || now.memory() == null
                    || now.memorySwap() == 2 * now.memory()
                    || changes.lifted().contains(Limit.MEMORY_SWAP);
            swap = usual ? Long.valueOf(2 * memory) : now.memorySwap();
        }
        boolean changed = !Objects.equals(memory, now.memory());
        return new MemoryLimits(
                changed ? memory : null, swap != null && (changed || !swap.equals(now.memorySwap())) ? swap : null);
    }
}
