// The names that people and apps use most. An unknown name stays as it was typed.

const TABLE = `
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rofl 🤣 slightly_smiling_face 🙂 wink 😉 blush 😊 heart_eyes 😍
sunglasses 😎 thinking_face 🤔 neutral_face 😐 confused 😕 disappointed 😞 worried 😟 cry 😢 sob 😭 angry 😠 rage 😡
scream 😱 sweat_smile 😅 relieved 😌 sleeping 😴 face_with_monocle 🧐 nerd_face 🤓 partying_face 🥳 shrug 🤷 wave 👋
thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 clap 👏 raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪 point_right 👉 point_left 👈
point_up ☝️ point_down 👇 ok_hand 👌 eyes 👀 brain 🧠 speaking_head_in_silhouette 🗣️ bust_in_silhouette 👤
busts_in_silhouette 👥 adult 🧑 woman 👩 man 👨 technologist 🧑‍💻 heart ❤️ broken_heart 💔 blue_heart 💙 green_heart 💚
yellow_heart 💛 fire 🔥 sparkles ✨ star ⭐ star2 🌟 zap ⚡ boom 💥 tada 🎉 confetti_ball 🎊 trophy 🏆 medal 🏅
first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 rocket 🚀 bulb 💡 mag 🔍
microscope 🔬 test_tube 🧪 books 📚 book 📖 bookmark 🔖 memo 📝 pencil ✏️ pencil2 ✏️ clipboard 📋 pushpin 📌
round_pushpin 📍 paperclip 📎 link 🔗 newspaper 📰 scroll 📜 label 🏷️ file_folder 📁 card_index 📇 bar_chart 📊
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 calendar 📆 date 📅 spiral_calendar_pad 🗓️ clock1 🕐 hourglass ⌛
hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬
left_speech_bubble 🗨️ thought_balloon 💭 envelope ✉️ email 📧 inbox_tray 📥 outbox_tray 📤 telephone_receiver 📞 headphones 🎧
computer 💻 iphone 📱 gear ⚙️ wrench 🔧 hammer 🔨 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ moneybag 💰 credit_card 💳
shopping_trolley 🛒 package 📦 gift 🎁 house 🏠 office 🏢 factory 🏭 globe_with_meridians 🌐 earth_africa 🌍 world_map 🗺️
compass 🧭 seedling 🌱 herb 🌿 evergreen_tree 🌲 leaves 🍃 fallen_leaf 🍂 sunny ☀️ cloud ☁️ rain_cloud 🌧️ snowflake ❄️
rainbow 🌈 coffee ☕ pizza 🍕 cake 🍰 warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧
rotating_light 🚨 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ information_source ℹ️ bangbang ‼️ 100 💯 new 🆕 ok 🆗
up 🆙 arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 heavy_plus_sign ➕
heavy_minus_sign ➖ black_circle ⚫ white_circle ⚪ red_circle 🔴 large_blue_circle 🔵 large_orange_circle 🟠
large_yellow_circle 🟡 large_green_circle 🟢 large_purple_circle 🟣 black_large_square ⬛ white_large_square ⬜
large_orange_diamond 🔶 small_blue_diamond 🔹 small_orange_diamond 🔸 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣
seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 performing_arts 🎭 art 🎨 camera 📷 robot_face 🤖 ear 👂 footprints 👣 raising_hand 🙋
`;

const words = TABLE.trim().split(/\s+/);
const EMOJI = new Map(words.flatMap((word, index) => (index % 2 ? [] : [[word, words[index + 1]]])));

/** The character for a name without colons, or for Slack's hex code points ("1f600-1f3fb"); null when unknown. */
export function emojiOf(name, unicode) {
  if (unicode && /^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(unicode)) {
    const points = unicode.split("-").map((point) => Number.parseInt(point, 16));
    if (points.every((point) => point <= 0x10ffff)) return String.fromCodePoint(...points);
  }
  return EMOJI.get(name) ?? null;
}
