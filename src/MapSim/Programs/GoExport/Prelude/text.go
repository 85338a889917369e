package prelude

import (
	"fmt"
	"strconv"
	"strings"
)

// simText is a text with the counter in it.
func simText(parts ...interface{}) string {
	var text strings.Builder
	for _, part := range parts {
		fmt.Fprint(&text, part)
	}
	return text.String()
}

// simInt is the integer that a text with the counter in it spells: decimal, or hexadecimal after 0x.
func simInt(text string) int64 {
	negative := strings.HasPrefix(text, "-")
	n := int64(simUint(strings.TrimLeft(text, "+-")))
	if negative {
		n = -n
	}
	return n
}

func simUint(text string) uint64 {
	text = strings.TrimPrefix(text, "+")
	base := 10
	if strings.HasPrefix(strings.ToLower(text), "0x") {
		text, base = text[2:], 16
	}
	n, err := strconv.ParseUint(text, base, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func simFloat(text string, bits int) float64 {
	x, err := strconv.ParseFloat(text, bits)
	if err != nil {
		panic(err)
	}
	return x
}
