package io.polyfn.core.platform;

/**
 * The control plane.
 *
 * @param management whether it is started
 * @param managementPort its port; 0 for any that is free
 * @param console whether requests may change something, such as replace a worker
 */
public record ControlSettings(boolean management, int managementPort, boolean console) {}
