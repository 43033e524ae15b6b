package io.polyfn.core.platform;

/**
 * A setting as the core uses it.
 *
 * @param name of the variable, such as {@code POLYFN_PORT}
 * @param value as it would be written in that variable, or {@code none}
 * @param source {@code default}, {@code environment}, {@code detected}, the platform as {@code platform fc3}, or another variable that decided, such as
 *     {@code FC_SERVER_PORT}
 */
public record EffectiveSetting(String name, String value, String source) {}
