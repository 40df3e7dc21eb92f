package catalog

// A SystemTag is a system tag that the server defines.
type SystemTag struct {
	// Pattern is the tag with its tokens in braces: "staticIp::{l3NetworkUuid}::{staticIp}".
	Pattern string `json:"pattern"`
	// Resource is the VO that the tag is put on; empty where it can be any.
	Resource string   `json:"resource"`
	Tokens   []string `json:"tokens"`
	// Ephemeral tags steer one call and are not kept.
	Ephemeral bool `json:"ephemeral"`
	// Admin tags are for administrators alone.
	Admin bool `json:"admin"`
	// Sensitive are the tokens that are secret.
	Sensitive []string `json:"sensitive"`
	// Encoding is how a token is written, where not as it is: ipv6-dashes or base64.
	Encoding map[string]string `json:"encoding"`
	// Values are the known ones of a token.
	Values map[string][]string `json:"values"`
	// RefersTo is the VO whose UUID a token is.
	RefersTo map[string]string `json:"refersTo"`
	// NotCloned tags stay behind when their resource is cloned.
	NotCloned  bool     `json:"notCloned"`
	Deprecated bool     `json:"deprecated"`
	Names      []string `json:"names"`
	Releases   []string `json:"releases"`
	// GoName is the name of what builds the tag, without what it is put on. It comes
	// from overrides.json alone.
	GoName string `json:"goName"`
}
