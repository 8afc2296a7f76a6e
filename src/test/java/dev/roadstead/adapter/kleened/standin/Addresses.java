package dev.roadstead.adapter.kleened.standin;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Addresses and subnets as the daemon reads them. */
final class Addresses {
    private Addresses() {}

    /** The address, or null if this is none; a short form like {@code 1.2.3} is one. */
    static @Nullable InetAddress parse(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return null;
        }
        try {
            for (String part : text.split("\\.", -1)) {
                if (!text.contains(":") && Long.parseLong(part) > 255) {
                    return null;
                }
            }
            return InetAddress.getByName(text);
        } catch (UnknownHostException | NumberFormatException none) {
            return null;
        }
    }

    static boolean isVersion(InetAddress address, int version) {
        return address.getAddress().length == (version == 4 ? 4 : 16);
    }

    /** What is wrong with a subnet, or null. */
    static @Nullable String subnetFault(String subnet, int version) {
        if (subnet.isEmpty()) {
            return null;
        }
        int slash = subnet.indexOf('/');
        InetAddress address = slash < 0 ? null : parse(subnet.substring(0, slash));
        boolean block = address != null
                && subnet.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(subnet.substring(slash + 1)) <= address.getAddress().length * 8;
        if (address == null || !block) {
            return "could not parse cidr block: \"%s\"".formatted(subnet);
        }
        return isVersion(address, version) ? null : "wrong IP protocol";
    }

    /** The first address of a subnet that is not used, or null if all are. */
    static @Nullable String free(String subnet, Set<String> used, boolean firstIsGateway) {
        int slash = subnet.indexOf('/');
        InetAddress network = parse(subnet.substring(0, slash));
        if (network == null) {
            return null;
        }
        int bits = network.getAddress().length * 8;
        BigInteger first = new BigInteger(1, network.getAddress());
        BigInteger size = BigInteger.ONE.shiftLeft(bits - Integer.parseInt(subnet.substring(slash + 1)));
        long limit = size.min(BigInteger.valueOf(100_000)).longValue();
        for (long offset = firstIsGateway ? 2 : 1; offset < limit; offset++) {
            String address = text(first.add(BigInteger.valueOf(offset)), bits / 8);
            if (!used.contains(address)) {
                return address;
            }
        }
        return null;
    }

    private static String text(BigInteger value, int length) {
        byte[] bytes = new byte[length];
        byte[] number = value.toByteArray();
        int count = Math.min(length, number.length);
        System.arraycopy(number, number.length - count, bytes, length - count, count);
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return length == 4 ? text : text.replaceFirst("(^|:)0(:0)+(:|$)", "::");
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
