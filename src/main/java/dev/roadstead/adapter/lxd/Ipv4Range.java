package dev.roadstead.adapter.lxd;

import org.jspecify.annotations.Nullable;

/**
 * A network's addresses. The daemon keeps the gateway's address with the length of the prefix ({@code 10.0.0.1/24}), from which subnet
 * and gateway follow.
 *
 * @param address of the gateway, as a number
 */
record Ipv4Range(int address, int prefix) {
    private static final int BITS = 32;

    /** Reads {@code 10.0.0.1/24}; null if it is none ({@code none}, {@code auto}). */
    static @Nullable Ipv4Range parse(@Nullable String text) {
        int slash = text == null ? -1 : text.indexOf('/');
        if (text == null || slash < 0) {
            return null;
        }
        Integer address = address(text.substring(0, slash));
        try {
            int prefix = Integer.parseInt(text.substring(slash + 1));
            return address == null || prefix < 0 || prefix > BITS ? null : new Ipv4Range(address, prefix);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** What the daemon is told for a subnet and a gateway in it, which is the first address if none is wanted; null if they make no sense. */
    static @Nullable Ipv4Range of(String subnet, @Nullable String gateway) {
        Ipv4Range range = parse(subnet);
        if (range == null) {
            return null;
        }
        Integer wanted = gateway == null ? Integer.valueOf(range.network() + 1) : address(gateway);
        if (wanted == null || (wanted & range.mask()) != range.network()) {
            return null;
        }
        return new Ipv4Range(wanted, range.prefix());
    }

    String gateway() {
        return text(address);
    }

    String subnet() {
        return text(network()) + "/" + prefix;
    }

    private int mask() {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    private int network() {
        return address & mask();
    }

    private static @Nullable Integer address(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        int address = 0;
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                return null;
            }
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    private static String text(int address) {
        return "%d.%d.%d.%d".formatted(address >>> 24, address >>> 16 & 255, address >>> 8 & 255, address & 255);
    }

    /** As the daemon writes it. */
    @Override
    public String toString() {
        return gateway() + "/" + prefix;
    }
}
