/** What people use most, eight to a row. */
export const EMOJI: readonly string[] = [...new Intl.Segmenter().segment(
  '😀😄😂🤣😊😉😍😘' +
  '🙂🙃😎🤩🥳😏😌😴' +
  '🤔🤨😐😅😬🙄😳🥺' +
  '😢😭😡🤯😱🤗🤭🫡' +
  '👍👎👌🙏👏💪🤝👋' +
  '🤞✌️🤷🤦💁🙌✋👀' +
  '❤️🧡💛💚💙💜🖤💔' +
  '🔥✨⭐🎉🎁🎂☕🍻' +
  '🌞🌧️❄️🌈🌊🌲🌷🐱' +
  '🚀🚗🏠💻📷🎵⚽⏰' +
  '✅❌❗❓💯➕💬🔒',
)].map((one) => one.segment);
