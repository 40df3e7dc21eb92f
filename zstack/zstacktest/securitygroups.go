package zstacktest

import (
	"slices"
	"strings"
)

func securityGroupAPIs() []*api {
	return []*api{
		on("CreateSecurityGroup", createSecurityGroup),
		on("UpdateSecurityGroup", update),
		on("ChangeSecurityGroupState", changeState),
		on("DeleteSecurityGroup", remove),
		on("AddSecurityGroupRule", addSecurityGroupRules),
		on("DeleteSecurityGroupRule", deleteSecurityGroupRules),
		on("AttachSecurityGroupToL3Network", attach("securityGroupUuid", "attachedL3NetworkUuids", "l3NetworkUuid")),
		on("DetachSecurityGroupFromL3Network", detach("securityGroupUuid", "attachedL3NetworkUuids", "l3NetworkUuid")),
		on("AddVmNicToSecurityGroup", addNICsToSecurityGroup),
		on("DeleteVmNicFromSecurityGroup", deleteNICsFromSecurityGroup),
	}
}

// createSecurityGroup makes a group with the rules that let its members talk to each other
// and everything out.
func createSecurityGroup(c *call) (*object, *apiError) {
	group, err := c.insert("SecurityGroup", map[string]any{"attachedL3NetworkUuids": []string{}})
	if err != nil {
		return nil, err
	}
	for _, version := range []int64{4, 6} {
		for _, direction := range []string{"Ingress", "Egress"} {
			everything := "0.0.0.0/0"
			if version == 6 {
				everything = "::/0"
			}
			c.store().insert("SecurityGroupRule", c.now, map[string]any{
				"securityGroupUuid": group.key, "type": direction, "ipVersion": version, "protocol": "ALL", "priority": int64(0),
				"description": "default rule", "remoteSecurityGroupUuid": group.key, "allowedCidr": everything,
			})
		}
	}
	return c.answer(group)
}

// addSecurityGroupRules adds rules behind or among those of their direction.
func addSecurityGroupRules(c *call) (*object, *apiError) {
	group := c.row("securityGroupUuid")
	rules, ok := toRecords(c.raw["rules"])
	if !ok {
		return nil, failf(codeInvalidArgument, "the rules of security group[uuid:%s] are not valid", group.key)
	}
	for _, rule := range rules {
		fields, err := c.securityGroupRule(group, rule)
		if err != nil {
			return nil, err
		}
		c.store().insert("SecurityGroupRule", c.now, fields)
	}
	return c.answer(group)
}

// securityGroupRule reads a rule in the older form, with ports and a CIDR, or the newer
// one, with lists of both, and returns it in both.
func (c *call) securityGroupRule(group *row, rule map[string]any) (map[string]any, *apiError) {
	value := func(name string) string { return text(rule[name]) }
	direction, protocol := value("type"), strings.ToUpper(value("protocol"))
	if direction != "Ingress" && direction != "Egress" {
		return nil, failf(codeInvalidArgument, "the type[%s] of a rule is neither Ingress nor Egress", direction)
	}
	fields := map[string]any{
		"securityGroupUuid": group.key, "type": direction, "protocol": protocol, "priority": c.nextPriority(group, direction),
	}
	for _, name := range []string{"state", "action", "description", "srcIpRange", "dstIpRange", "dstPortRange", "remoteSecurityGroupUuid", "allowedCidr"} {
		if s := value(name); s != "" {
			fields[name] = s
		}
	}
	if n, ok := toInt(rule["ipVersion"]); ok {
		fields["ipVersion"] = n
	}
	start, hasStart := toInt(rule["startPort"])
	end, hasEnd := toInt(rule["endPort"])
	if hasStart && hasEnd {
		fields["startPort"], fields["endPort"] = start, end
		fields["dstPortRange"] = text(start)
		if start != end {
			fields["dstPortRange"] = text(start) + "-" + text(end)
		}
	}
	if cidr := value("allowedCidr"); cidr != "" {
		if direction == "Ingress" {
			fields["srcIpRange"] = cidr
		} else {
			fields["dstIpRange"] = cidr
		}
	}
	return fields, nil
}

// nextPriority is that of a rule behind the others of its direction.
func (c *call) nextPriority(group *row, direction string) int64 {
	next := int64(1)
	for _, r := range c.store().by("SecurityGroupRule", "securityGroupUuid", group.key) {
		if r.str("type") == direction {
			next = max(next, r.int("priority")+1)
		}
	}
	return next
}

func deleteSecurityGroupRules(c *call) (*object, *apiError) {
	var group *row
	for _, rule := range c.rows("ruleUuids", "SecurityGroupRule") {
		group = c.store().get("SecurityGroup", rule.str("securityGroupUuid"))
		c.node.remove(rule, c.now)
	}
	return c.answer(group)
}

func addNICsToSecurityGroup(c *call) (*object, *apiError) {
	group := c.row("securityGroupUuid")
	attached := group.list("attachedL3NetworkUuids")
	for _, nic := range c.rows("vmNicUuids", "VmNic") {
		if !slices.Contains(attached, nic.str("l3NetworkUuid")) {
			return nil, failf(codeInvalidArgument, "security group[uuid:%s] is not attached to l3 network[uuid:%s]", group.key, nic.str("l3NetworkUuid"))
		}
		c.store().insert("VmNicSecurityGroupRef", c.now, map[string]any{
			"vmNicUuid": nic.key, "securityGroupUuid": group.key, "vmInstanceUuid": nic.str("vmInstanceUuid"),
			"priority": int64(1 + len(c.store().by("VmNicSecurityGroupRef", "vmNicUuid", nic.key))),
		})
	}
	return nil, nil
}

func deleteNICsFromSecurityGroup(c *call) (*object, *apiError) {
	for _, uuid := range c.list("vmNicUuids") {
		for _, ref := range slices.Clone(c.store().by("VmNicSecurityGroupRef", "vmNicUuid", uuid)) {
			if ref.str("securityGroupUuid") == c.str("securityGroupUuid") {
				c.node.remove(ref, c.now)
			}
		}
	}
	return nil, nil
}
