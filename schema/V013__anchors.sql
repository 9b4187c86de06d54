-- A rotation of a tenant's key puts bindings under the new one; nothing else of them ever changes.
GRANT UPDATE (mac_generation, row_mac) ON role_binding TO ${system_role};
