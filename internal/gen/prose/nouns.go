package prose

import "strings"

// A noun is a noun phrase in both numbers.
type noun struct {
	one, many string
	plural    bool // the name has it in the plural
	mass      bool
}

// a is the phrase with the indefinite article, or the bare plural.
func (n noun) a() string {
	if n.plural {
		return n.many
	}
	if n.mass {
		return n.one
	}
	return article(n.one) + " " + n.one
}

// the is the phrase with the definite article, in the number of the name.
func (n noun) the() string { return "the " + n.String() }

func (n noun) String() string {
	if n.plural {
		return n.many
	}
	return n.one
}

// article is the indefinite article that phrase takes: by its sound, not its
// first letter.
func article(phrase string) string {
	word, _, _ := strings.Cut(phrase, " ")
	word, _, _ = strings.Cut(word, "-")
	if an, ok := odd[word]; ok {
		if an {
			return "an"
		}
		return "a"
	}
	if spelled(word) {
		if strings.ContainsRune("AEFHILMNORSX8", rune(word[0])) {
			return "an"
		}
		return "a"
	}
	if strings.ContainsRune("aeiouAEIOU", rune(word[0])) {
		return "an"
	}
	return "a"
}

// odd are the words whose article neither their first letter nor their
// spelling gives away.
var odd = map[string]bool{
	"hour": true, "hourly": true, "honest": true,
	"user": false, "unit": false, "universal": false, "unique": false, "usage": false, "used": false,
	"one": false, "uuid": false, "UUID": false, "URL": false, "URI": false, "USB": false, "UID": false, "UKey": false,
	"NIC": false, "NAS": false, "NUMA": false, "RAID": false, "SAN": false, "SCSI": false, "SPICE": false,
	"LUN": false, "MAC": false, "RAM": false, "SMART": false, "SIM": false, "HaiTai": false, "FiSec": false, "SanSec": false,
	"LDAP": true, "LLDP": true, "NFS": true, "NVMe": true, "SR": true, "XML": true, "XSKY": true, "mtty": true,
	"SSH": true, "HBA": true, "L2": true, "L3": true, "iSCSI": true, "JIT": false, "FlkSec": false, "X": true,
	"Feishu": false, "HTTP": true, "HTTPS": true, "Elastic": true, "MD5": true, "SM2": true, "SM3": true, "SM4": true,
	"SHA": false, "VyOS": false, "Emay": true, "ISO": true, "IAM2": true, "SNAT": true, "MTU": true,
	"SLB": true, "SOCKS": false, "SAML": false, "LACP": true,
}

// spelled says whether a word is read letter by letter: all its letters are
// capitals.
func spelled(word string) bool {
	if len(word) < 2 {
		return false
	}
	for i := range len(word) {
		if isLower(word[i]) {
			return false
		}
	}
	return true
}

// plural is the plural of a phrase: of its last word.
func plural(s string) string {
	switch {
	case s == "":
		return s
	case strings.HasSuffix(s, "person"):
		return strings.TrimSuffix(s, "person") + "people"
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x") && len(s) > 2, strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		if strings.HasSuffix(s, "OS") {
			return s
		}
		return s + "es"
	case strings.HasSuffix(s, "y") && len(s) > 1 && !strings.ContainsRune("aeiou", rune(s[len(s)-2])):
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

// singular is the singular of a word that looks like a plural.
func singular(s string) (string, bool) {
	if len(s) < 3 || !strings.HasSuffix(s, "s") || strings.HasSuffix(s, "ss") || strings.HasSuffix(s, "us") || strings.HasSuffix(s, "is") {
		return "", false
	}
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y", true
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "ches"), strings.HasSuffix(s, "xes"), strings.HasSuffix(s, "shes"):
		return s[:len(s)-2], true
	}
	return s[:len(s)-1], true
}

// singulars are the keys of the lexicon that a key can be the plural of.
func singulars(key string) []string {
	if len(key) < 3 || !strings.HasSuffix(key, "s") {
		return nil
	}
	out := []string{key[:len(key)-1]}
	if one, ok := singular(key); ok && one != out[0] {
		out = append(out, one)
	}
	return out
}

// notPlural are words that end in s and are singular.
var notPlural = map[string]bool{
	"dns": true, "nas": true, "os": true, "https": true, "alias": true, "bps": true, "iops": true, "sns": true,
	"cas": true, "qos": true, "gas": true, "has": true, "its": true, "was": true, "as": true, "pfs": true, "ebs": true,
	"ecs": true, "oss": true, "tools": false, "canvas": true, "drs": true, "ccs": true, "ovs": true, "maas": true,
}
